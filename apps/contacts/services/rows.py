"""Moving the rows of a conversation: locked, by the tables, with history."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from structlog.contextvars import bound_contextvars

from apps.contacts.domain.shown import shown_to_caller
from apps.contacts.domain.states import ConnectionState, ContactState, OfferState
from apps.contacts.domain.transitions import (
    CONNECTION,
    CONTACT,
    OFFER,
    ConnectionEventKind,
    ContactEventKind,
    InvalidTransitionError,
    OfferEventKind,
    advance,
)
from apps.contacts.errors import NotInThisState, OfferGone
from apps.contacts.models import Call, Connection, Contact, ContactEvent, Offer
from apps.core.bus import publish
from apps.core.unit_of_work import touch, unit_of_work
from apps.users.models import User


@contextmanager
def call_work(call_id: int) -> Iterator[Call]:
    """The transaction of everything that changes a conversation: the call's row is locked first."""
    with unit_of_work():
        call = lock_call(call_id)
        touch("call", call.pk)
        with bound_contextvars(call=str(call.public_id)):
            yield call


def lock_call(call_id: int) -> Call:
    """The call's row and those of its contacts, locked; read what decides only after this.

    Locks are taken in one order everywhere: call, contact, queue, agent, panels. The contacts are
    locked too because a routing pass claims them without their call.
    """
    call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=call_id)
    contacts = Contact.objects.filter(call=call).select_for_update(no_key=True)
    list(contacts.order_by("pk").values_list("pk"))
    return call


def record(
    contact: Contact,
    kind: StrEnum | str,
    /,
    *,
    at: datetime,
    actor: User | None = None,
    **details: Any,
) -> None:
    """Add one line to the contact's history."""
    ContactEvent.objects.create(
        instance_id=contact.instance_id,
        contact=contact,
        kind=str(kind),
        at=at,
        actor=actor,
        details=details,
    )


def move_contact(contact: Contact, event: ContactEventKind, **fields: Any) -> None:
    """Advance the contact's state and write the fields that belong to the change."""
    try:
        state = advance(CONTACT, ContactState(contact.state), event)
    except InvalidTransitionError:
        raise NotInThisState from None
    _write(contact, state=state, **fields)


def move_connection(
    connection: Connection, event: ConnectionEventKind, *, at: datetime, **fields: Any
) -> None:
    """Advance a connection's state; its clock restarts."""
    try:
        state = advance(CONNECTION, ConnectionState(connection.state), event)
    except InvalidTransitionError:
        raise NotInThisState from None
    _write(connection, state=state, state_since=at, **fields)


def move_offer(offer: Offer, event: OfferEventKind, *, at: datetime, **fields: Any) -> None:
    """Advance an offer by a conditional UPDATE: whoever comes second gets OfferGone."""
    try:
        state = advance(OFFER, OfferState(offer.state), event)
    except InvalidTransitionError:
        raise OfferGone from None
    values = {"state": state, "state_since": at, "due_at": None, **fields}
    if not Offer.objects.filter(pk=offer.pk, state=offer.state).update(**values):
        raise OfferGone
    for name, value in values.items():
        setattr(offer, name, value)
    touch("agent", offer.agent_id)


def tell_customer(customer: Connection, state: str, *, cause: str | None = None) -> None:
    """Say to the caller's page: `ringing`, `connected`, `hold` or `ended` (with its cause).

    The generation goes with it: a page whose line is of an older one builds a new line.
    """
    facts = {"state": state, "cause": cause, "generation": customer.generation}
    publish(f"customer.{customer.public_id}", facts)


def tell_customer_line(customer: Connection) -> None:
    """Say to the caller's page which generation its line shall be of; all else is as it was."""
    tell_customer(customer, shown_to_caller(customer.contact.state, customer.state))


def _write(row: Contact | Connection, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
