"""The filters of the contact search: read from the address, refused with a sentence each."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent
from apps.contacts.domain.lengths import UnreadableLengthError, parse_length
from apps.contacts.domain.states import ContactState
from apps.contacts.views.wording import ENDED_BY
from apps.instances.models import Instance
from apps.instances.searching import PeriodForm, choice_field
from apps.numbers.domain.e164 import parse_number
from apps.numbers.domain.errors import NumberError
from apps.numbers.errors import NumberRefused
from apps.routing.models import Queue
from apps.users.models import login_key_of

YES_OR_NO = (("yes", _("Yes")), ("no", _("No")))


class SearchForm(PeriodForm):
    """`wanted()` suits `selectors.found_contacts`."""

    agent = forms.CharField(required=False, max_length=100)
    queue = choice_field(())
    number = forms.CharField(required=False, max_length=100)
    contact = forms.UUIDField(
        required=False,
        error_messages={"invalid": _("A contact id has 32 letters and digits in five groups.")},
    )
    ended_by = choice_field(list(ENDED_BY.items()))
    recorded = choice_field(YES_OR_NO)
    longer_than = forms.CharField(required=False, max_length=12)

    def __init__(self, data: Mapping[str, str], *, instance: Instance) -> None:
        super().__init__(data, instance=instance)
        self.fields["queue"] = choice_field(_queues())

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

    def wanted(self) -> dict[str, Any]:
        """What to ask for; a contact's id is asked for alone (domain page, section 14)."""
        data = self.cleaned_data
        if data["contact"]:
            return {"contact": data["contact"]}
        since, until = self.bounds()
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


def _queues() -> list[tuple[str, str]]:
    rows = Queue.objects.filter(kind=Queue.Kind.STANDARD).order_by("name")
    return [(str(key), name) for key, name in rows.values_list("public_id", "name")]
