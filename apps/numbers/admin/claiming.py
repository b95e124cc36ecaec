"""Choosing a number of the pool: by country, and by some of its digits."""

from dataclasses import dataclass
from string import digits
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.instances.admin import RefusableForm, widgets
from apps.numbers.domain.e164 import countries, display
from apps.numbers.models import PoolNumber
from apps.numbers.selectors import free_numbers

SHOWN = 100
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Search:
    """What the address of the page asks for; kept while the form is sent."""

    country: str
    digits: str

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        typed = "".join(sign for sign in request.GET.get("digits", "") if sign in digits)
        country = request.GET.get("country", "")
        known = country in {each for each, _code in countries()}
        return cls(country=country if known else "", digits=typed[:_DIGITS])

    @property
    def found(self) -> QuerySet[PoolNumber]:
        numbers = free_numbers(now=clock.now()).filter(e164__contains=self.digits)
        return numbers.filter(country=self.country) if self.country else numbers

    @property
    def countries(self) -> list[tuple[str, int]]:
        """Those of which there is a number, with their calling codes."""
        free = free_numbers(now=clock.now()).order_by()
        present = set(free.values_list("country", flat=True).distinct())
        return [(country, code) for country, code in countries() if country in present]

    @property
    def count(self) -> int:
        return self.found.count()

    @property
    def shown(self) -> int:
        return SHOWN


if TYPE_CHECKING:
    _NumberChoice = forms.ModelChoiceField[PoolNumber]
else:
    _NumberChoice = forms.ModelChoiceField


class FreeNumber(_NumberChoice):
    """One of those found; only the first of many are offered, and any of them is taken."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{display(obj.e164)} · {obj.get_kind_display()}"


class ClaimForm(RefusableForm):
    search: Search

    number = FreeNumber(
        label=_("Number"),
        queryset=PoolNumber.objects.none(),
        widget=widgets.select(),
        help_text=_("Operators of the installation bring numbers into the pool."),
        error_messages={
            "invalid_choice": _("Somebody else has claimed this number. Choose another one.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["number"]
        field.queryset = self.search.found
        field.choices = [("", "---------"), *self._offered(field)]

    def _offered(self, field: FreeNumber) -> list[tuple[Any, str]]:
        return [(each.pk, field.label_from_instance(each)) for each in self.search.found[:SHOWN]]
