"""Refusals about numbers, as people and programs see them."""

from django.utils.translation import gettext

from apps.core.errors import InvalidInput
from apps.numbers.domain.errors import NumberError


class NumberRefused(InvalidInput):
    """A text that is not a number we can dial; `code` is that of the rule's `NumberError`."""

    def __init__(self, why: NumberError, *, field: str = "number") -> None:
        self.code = why.code
        super().__init__(gettext(why.sentence) % why.facts, field=field)
