"""What pages that search have in common: a GET form whose address is the search, and its pages."""

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.pagination import Window
from apps.core.periods import Period, bounds
from apps.instances.models import Instance

PERIODS = (
    (Period.TODAY, _("Today")),
    (Period.YESTERDAY, _("Yesterday")),
    (Period.WEEK, _("Last 7 days")),
    (Period.MONTH, _("Last 30 days")),
    (Period.EIGHT_WEEKS, _("Last 8 weeks")),
    (Period.CUSTOM, _("From … to …")),
)
_AT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
_UNREADABLE_INSTANT = _("Write a date and a time, such as 2026-11-22 09:14.")


class InstantField(forms.DateTimeField):
    """An instant that has a place in every time zone."""

    def to_python(self, value: Any) -> datetime | None:
        instant: datetime | None = super().to_python(value)
        if instant is not None and not MINYEAR < instant.year < MAXYEAR:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return instant


def instant_field() -> InstantField:
    return InstantField(
        required=False, input_formats=_AT, error_messages={"invalid": _UNREADABLE_INSTANT}
    )


def choice_field(choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        choices=choices,
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )


class PeriodForm(forms.Form):
    """A search within a time; instants are in the time zone that is active."""

    time = choice_field(PERIODS)
    since = instant_field()
    until = instant_field()

    def __init__(self, data: Mapping[str, str], *, instance: Instance) -> None:
        values = {name: [str(data.get(name, ""))] for name in self.base_fields}
        values["time"] = [data.get("time") or str(Period.WEEK)]
        super().__init__(MultiValueDict(values))
        self._instance = instance

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if self._is_custom() and since and until and until < since:
            self.add_error("until", _("The end is before the beginning."))
        return self.cleaned_data

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """First and last instant of the time asked for."""
        if self._is_custom():
            return self.cleaned_data["since"], self.cleaned_data["until"]
        zone = ZoneInfo(self._instance.time_zone)
        return bounds(Period(self.cleaned_data["time"]), now=clock.now(), zone=zone)

    def typed(self) -> dict[str, str]:
        """What was asked for, as it was written."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}

    def _is_custom(self) -> bool:
        return bool(self.cleaned_data.get("time") == Period.CUSTOM)


def filters_of(form: forms.Form) -> dict[str, dict[str, Any]]:
    """Each field as the template draws it: value as typed, choices, and what is wrong with it."""
    return {
        name: {
            "value": form.data.get(name, ""),
            "choices": [(str(key), word) for key, word in getattr(field, "choices", ())],
            "error": " ".join(str(sentence) for sentence in form.errors.get(name, [])),
        }
        for name, field in form.fields.items()
    }


def problems_of(form: forms.Form) -> list[tuple[str, str]]:
    """(field or "", sentence) of everything that is wrong, for the summary above the form."""
    return [
        (name if name in form.fields else "", str(sentence))
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]


def page_links(request: HttpRequest, window: Window[Any]) -> dict[str, str | None]:
    return {
        "newer": _link(request, "before", window.before),
        "older": _link(request, "after", window.after),
    }


def _link(request: HttpRequest, name: str, cursor: str | None) -> str | None:
    """The same search, another page."""
    if cursor is None:
        return None
    query = request.GET.copy()
    for other in ("after", "before"):
        query.pop(other, None)
    query[name] = cursor
    return f"?{query.urlencode()}"
