"""Mending a conversation whose rows contradict each other, by the same moves as everybody else.

As little as possible is taken from people: a timer that is missing is set, an offer that leads
nowhere is taken back and the caller waits on. Only where nobody can tell any more who talks with
whom does the whole call end, and then everybody on it is free. History is only added to.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from apps.alarms.checks import Check, Damage, Rows, row_check
from apps.contacts.domain.states import (
    ConnectionKind,
    ConnectionState,
    ContactState,
    DisconnectReason,
    OfferState,
)
from apps.contacts.domain.transitions import OfferEventKind
from apps.contacts.models import Call, Connection, Contact, Offer
from apps.contacts.services import availability, clearing, ending, flow_runs, offers
from apps.contacts.services.rows import call_work, move_offer, record
from apps.core import clock
from apps.core.unit_of_work import touch

CAUSE = "repaired"
OTHER = DisconnectReason.OTHER

Mend = Callable[[Any, Call, datetime], None]


def conversation_check(
    code: str,
    title: str | Promise,
    *,
    rows: Rows,
    says: Callable[[Any], str],
    mend: Mend,
    is_thorough: bool = False,
) -> Check:
    """A check of a row that belongs to a call; each contact concerned gets a line `repaired`."""

    def repair(damage: Damage) -> None:
        found = rows().filter(pk=damage.subject).first()
        if found is None:
            return
        with call_work(_call_id(found)) as call:
            row = rows().filter(pk=damage.subject).first()  # what is true now, under the lock
            if row is not None:
                now = clock.now()
                for contact in _contacts(row):
                    record(contact, CAUSE, at=now, check=code)
                mend(row, call, now)

    return row_check(code, title, rows=rows, says=says, repair=repair, is_thorough=is_thorough)


def end_call(_row: Any, call: Call, now: datetime) -> None:
    """Everybody is let go: contacts end with reason OTHER, agents are free at once."""
    talking = list(Offer.objects.filter(contact__call=call, state=OfferState.CONNECTED))
    for offer in talking:
        _end_offer(offer, now)
    for customer in live_lines(call).filter(kind=ConnectionKind.CUSTOMER):
        ending.customer_left(customer, call=call, cause=CAUSE, reason=OTHER, now=now)
    contacts = list(Contact.objects.filter(call=call))
    for contact in contacts:
        ending.end_contact(contact, reason=OTHER, now=now)
        offers.withdraw(contact, reason=CAUSE, now=now)
    for offer in talking:
        availability.clear(agent_id=offer.agent_id, offer=offer)
    for contact in contacts:
        clearing.complete_if_done(contact, now=now)
    for line in live_lines(call):
        _let_go(line, now)
    _close(call, now)


def give_back(offer: Offer, call: Call, now: datetime) -> None:
    """The offer is withdrawn and the agent free; the caller keeps the place in the queue."""
    contact: Contact = offer.contact
    customer = live_lines(call).filter(kind=ConnectionKind.CUSTOMER, contact=contact).first()
    if contact.state != ContactState.QUEUED or customer is None:
        end_call(offer, call, now)
        return
    offers.withdraw(contact, reason=CAUSE, now=now)
    flow_runs.ensure_queue_flow(customer, contact=contact, now=now)
    touch("routing", contact.instance_id)


def drop_line(line: Connection, call: Call, now: datetime) -> None:
    """The party is no part of the conversation any more."""
    _let_go(line, now)
    ending.close_if_over(call, now=now)


def live_lines(call: Call) -> QuerySet[Connection]:
    lines = Connection.objects.filter(call=call).exclude(state=ConnectionState.DISCONNECTED)
    return lines.select_related("contact")


def _let_go(line: Connection, now: datetime) -> None:
    flow_runs.cancel(line)
    ending.disconnect(line, cause=CAUSE, now=now)


def _end_offer(offer: Offer, now: datetime) -> None:
    """No after contact work is offered: nobody knows with whom the agent talked."""
    move_offer(offer, OfferEventKind.ENDED, at=now, ended_at=now, end_reason=OTHER)


def _close(call: Call, now: datetime) -> None:
    if call.ended_at is None:
        call.ended_at = now
        call.save(update_fields=["ended_at"])


def _call_id(row: Any) -> int:
    if isinstance(row, Call):
        return row.pk
    call_id: int = row.call_id if hasattr(row, "call_id") else row.contact.call_id
    return call_id


def _contacts(row: Any) -> list[Contact]:
    if isinstance(row, Call):
        return list(row.contacts.all())
    return [row if isinstance(row, Contact) else row.contact]
