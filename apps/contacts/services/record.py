"""The contact record: gathers the facts of a complete contact and tells them in the format's names.

Names of queue, agent and routing profile come from the history, where they were written as they
were: renaming one later changes no record. Once complete, a record changes with the attributes and
with what becomes of the recording, and with nothing else.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.contacts.domain.record import (
    AgentFacts,
    ContactFacts,
    Named,
    QueueFacts,
    record_of,
)
from apps.contacts.domain.timeline import HistoryLine, holds
from apps.contacts.errors import ContactNotComplete
from apps.contacts.models import Contact, ContactEvent, Offer
from apps.contacts.recordings import recordings
from apps.instances.arn import account_of, arn, instance_arn

Details = dict[str, Any]

# Lines of the history after which a record that is there already says something else.
CHANGES = ("recording_available", "recording_failed", "recording_deleted")


def contact_record(contact: Contact) -> dict[str, Any]:
    """The record in the form of the domain page, section 14; see `domain.record.record_of`.

    Raises `ContactNotComplete` before the agent's work on it is cleared.
    """
    if contact.completed_at is None:
        raise ContactNotComplete
    return record_of(_facts(contact, completed_at=contact.completed_at))


def _facts(contact: Contact, *, completed_at: datetime) -> ContactFacts:
    history = list(contact.events.all())
    offers = list(contact.offers.all())
    return ContactFacts(
        account=account_of(contact.instance),
        instance_arn=instance_arn(contact.instance),
        contact_id=str(contact.public_id),
        initial_id=_id_of(contact.initial),
        previous_id=_id_of(contact.previous),
        next_id=_id_of(contact.next),
        channel=contact.channel,
        initiation=contact.initiation,
        initiated_at=contact.initiated_at,
        connected_to_system_at=contact.connected_to_system_at,
        disconnected_at=contact.disconnected_at,
        changed_at=_changed_at(completed_at, history),
        disconnect_reason=contact.disconnect_reason,
        customer_number=contact.customer_number,
        system_number=contact.system_number,
        attributes=contact.attributes,
        rings=len(offers),
        queue=_queue(contact, history),
        agent=_agent(contact, history, offers),
        recording=recordings().of([contact.pk]).get(contact.pk),
    )


def _changed_at(completed_at: datetime, history: list[ContactEvent]) -> datetime:
    return max([completed_at, *(line.at for line in history if line.kind in CHANGES)])


def _queue(contact: Contact, history: list[ContactEvent]) -> QueueFacts | None:
    if contact.queue is None or contact.enqueued_at is None:
        return None
    name = _last(history, "enqueued").get("name", contact.queue.name)
    return QueueFacts(
        queue=Named(arn("queue", contact.queue.public_id, of=contact.instance), name),
        enqueued_at=contact.enqueued_at,
        dequeued_at=contact.dequeued_at,
    )


def _agent(contact: Contact, history: list[ContactEvent], offers: list[Offer]) -> AgentFacts | None:
    joined = [offer for offer in offers if offer.connected_at is not None]
    if not joined or joined[-1].connected_at is None:
        return None
    offer, instance = joined[-1], contact.instance
    then = _last(history, "connected_to_agent")
    return AgentFacts(
        arn=arn("agent", offer.agent.public_id, of=instance),
        username=then.get("username", offer.agent.user.username),
        routing_profile=_routing_profile(offer, then),
        connected_at=joined[-1].connected_at,
        ended_at=offer.ended_at,
        cleared_at=offer.cleared_at,
        holds=holds(HistoryLine(line.kind, line.at) for line in history),
    )


def _routing_profile(offer: Offer, then: Details) -> Named:
    """As of the call; contacts older than that line of the history tell today's."""
    profile = offer.agent.routing_profile
    known = then.get("routing_profile", {"id": str(profile.public_id), "name": profile.name})
    return Named(
        arn("routing-profile", UUID(known["id"]), of=offer.agent.instance), str(known["name"])
    )


def _last(history: list[ContactEvent], kind: str) -> Details:
    """The details of the last line of that kind, {} when there is none."""
    found: list[Details] = [line.details for line in history if line.kind == kind]
    return found[-1] if found else {}


def _id_of(contact: Contact | None) -> str | None:
    return str(contact.public_id) if contact else None
