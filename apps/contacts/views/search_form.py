"""The filters of the contact search: read from the address, refused with a sentence each."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent
from apps.contacts.domain.lengths import UnreadableLengthError, parse_length
from apps.contacts.domain.periods import Period, bounds
from apps.contacts.domain.states import ContactState
from apps.contacts.views.wording import ENDED_BY
from apps.core import clock
from apps.instances.models import Instance
from apps.numbers.domain.e164 import parse_number
from apps.numbers.domain.errors import NumberError
from apps.numbers.errors import NumberRefused
from apps.routing.models import Queue
from apps.users.models import login_key_of

PERIODS = (
    (Period.TODAY, _("Today")),
    (Period.YESTERDAY, _("Yesterday")),
    (Period.WEEK, _("Last 7 days")),
    (Period.MONTH, _("Last 30 days")),
    (Period.EIGHT_WEEKS, _("Last 8 weeks")),
    (Period.CUSTOM, _("From … to …")),
)
YES_OR_NO = (("yes", _("Yes")), ("no", _("No")))
_AT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
_UNREADABLE_INSTANT = _("Write a date and a time, such as 2026-11-22 09:14.")


def _instant() -> forms.DateTimeField:
    return forms.DateTimeField(
        required=False, input_formats=_AT, error_messages={"invalid": _UNREADABLE_INSTANT}
    )


def _choice(choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        choices=choices,
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )


class SearchForm(forms.Form):
    """Instants are in the time zone that is active; `wanted()` suits `selectors.found_contacts`."""

    time = _choice(PERIODS)
    since = _instant()
    until = _instant()
    agent = forms.CharField(required=False, max_length=100)
    queue = _choice(())
    number = forms.CharField(required=False, max_length=100)
    contact = forms.UUIDField(
        required=False,
        error_messages={"invalid": _("A contact id has 32 letters and digits in five groups.")},
    )
    ended_by = _choice(list(ENDED_BY.items()))
    recorded = _choice(YES_OR_NO)
    longer_than = forms.CharField(required=False, max_length=12)

    def __init__(self, data: Mapping[str, str], *, instance: Instance) -> None:
        values = {name: [str(data.get(name, ""))] for name in self.base_fields}
        values["time"] = [data.get("time") or str(Period.WEEK)]
        super().__init__(MultiValueDict(values))
        self._instance = instance
        self.fields["queue"] = _choice(_queues())

    def clean_agent(self) -> UUID | None:
        """The public id of the user with this user name."""
        name = self.cleaned_data["agent"]
        if not name:
            return None
        key = login_key_of(instance=self._instance, username=name)
        agents = Agent.objects.filter(user__login_key=key)
        found: UUID | None = agents.values_list("user__public_id", flat=True).first()
        if found is None:
            raise ValidationError(_("There is no agent with this user name."))
        return found

    def clean_number(self) -> str | None:
        raw = self.cleaned_data["number"]
        if not raw:
            return None
        try:
            return parse_number(raw, self._instance.country).e164
        except NumberError as error:
            raise ValidationError(str(NumberRefused(error).message)) from None

    def clean_longer_than(self) -> timedelta | None:
        text = self.cleaned_data["longer_than"]
        try:
            return parse_length(text) if text else None
        except UnreadableLengthError:
            message = _("Write minutes and seconds with a colon between, such as 2:30.")
            raise ValidationError(message) from None

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if self._is_custom() and since and until and until < since:
            self.add_error("until", _("The end is before the beginning."))
        return self.cleaned_data

    def wanted(self) -> dict[str, Any]:
        """What to ask for; a contact's id is asked for alone (domain page, section 14)."""
        data = self.cleaned_data
        if data["contact"]:
            return {"contact": data["contact"]}
        since, until = self._bounds()
        return {
            "state": ContactState.COMPLETED,
            "initiated_after": since,
            "initiated_before": until,
            "agent": data["agent"],
            "queue": data["queue"] or None,
            "number": data["number"],
            "disconnect_reason": data["ended_by"] or None,
            "is_recorded": {"yes": True, "no": False}.get(data["recorded"]),
            "longer_than": data["longer_than"],
        }

    def _is_custom(self) -> bool:
        return bool(self.cleaned_data.get("time") == Period.CUSTOM)

    def _bounds(self) -> tuple[datetime | None, datetime | None]:
        if self._is_custom():
            return self.cleaned_data["since"], self.cleaned_data["until"]
        zone = ZoneInfo(self._instance.time_zone)
        return bounds(Period(self.cleaned_data["time"]), now=clock.now(), zone=zone)


def _queues() -> list[tuple[str, str]]:
    rows = Queue.objects.filter(kind=Queue.Kind.STANDARD).order_by("name")
    return [(str(key), name) for key, name in rows.values_list("public_id", "name")]
