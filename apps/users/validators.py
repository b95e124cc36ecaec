"""What a password must contain (S-05); length and common passwords are Django's own validators."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class MixedCharactersValidator:
    """An upper-case letter, a lower-case letter and a digit."""

    def validate(self, password: str, user: object = None) -> None:
        kinds = (str.isupper, str.islower, str.isdigit)
        if not all(any(map(kind, password)) for kind in kinds):
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return _("A password needs an upper-case letter, a lower-case letter and a digit.")
