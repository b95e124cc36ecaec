"""Keys of rows as browsers send them, which the database must not see unread."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BigAutoField

LONGEST_KEY = len(str(BigAutoField.MAX_BIGINT)) - 1  # so many digits always fit

if TYPE_CHECKING:
    _Rows = forms.ModelMultipleChoiceField[Any]
else:
    _Rows = forms.ModelMultipleChoiceField


def is_key(sent: Any) -> bool:
    """Whether it could be a row's key: a number that the column can hold."""
    digits = str(sent)
    return digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_KEY


class RowsField(_Rows):
    """Several rows; Django's own asks the database for numbers that no column holds."""

    def clean(self, value: Any) -> Any:
        for sent in value or ():
            if not is_key(sent):
                message, params = self.error_messages["invalid_pk_value"], {"pk": str(sent)[:20]}
                raise ValidationError(message, code="invalid_pk_value", params=params)
        return super().clean(value)
