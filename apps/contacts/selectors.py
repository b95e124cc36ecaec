"""Reading contacts: who waits, who talks, what a queue looks like now."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet

from apps.agents.models import Agent, AgentStatus
from apps.contacts.domain.shown import shown_to_caller
from apps.contacts.domain.states import (
    LIVE_OFFERS,
    ConnectionKind,
    ContactState,
    OfferState,
)
from apps.contacts.models import VOICE, Call, Connection, Contact, ContactEvent, Offer
from apps.contacts.recordings import recordings
from apps.instances.scope import unscoped
from apps.routing.models import Queue
from apps.users.models import User

BOTH_SIDES = {"agent", "customer"}
Online = ~Q(status__kind=AgentStatus.Kind.OFFLINE)


def agent_of(contact: Contact) -> Agent | None:
    """The agent who holds the contact now."""
    offer = contact.offers.filter(state__in=LIVE_OFFERS).select_related("agent__user").first()
    return offer.agent if offer else None


def held_by(agent: Agent | int | OuterRef) -> QuerySet[Offer]:
    """The one offer that holds an agent's voice slot, whatever its state.

    The channel makes it the unique index of such offers; an agent has thousands of former ones.
    """
    held = Offer.objects.filter(agent=agent, channel=VOICE).exclude(state=OfferState.CLEARED)
    return held.order_by()


def customer_of(contact: Contact) -> Connection:
    """The customer's own connection of a contact."""
    return contact.connections.get(kind=ConnectionKind.CUSTOMER)


def is_monitorable(contact: Contact) -> bool:
    """Whether managers may listen in: joined, and recorded on both sides (SR-126, SR-129).

    What is recorded is fixed at the join (SR-128).
    """
    return contact.state == ContactState.JOINED and set(contact.recorded) == BOTH_SIDES


def caller_states(connection_ids: list[int]) -> dict[int, dict[str, Any]]:
    """What `services.rows.tell_customer` has said last to each caller's page, in one query."""
    with unscoped("a process holds the calls of all instances"):
        rows = Connection.objects.filter(pk__in=connection_ids).select_related("contact")
        return {row.pk: _caller_state(row) for row in rows.order_by()}


def _caller_state(row: Connection) -> dict[str, Any]:
    return {
        "state": shown_to_caller(row.contact.state, row.state),
        "cause": row.disconnect_cause or None,
        "generation": row.generation,
    }


def live_calls() -> int:
    """Calls of the scoped instance that are going on: in a flow, in a queue or with an agent."""
    return Call.objects.filter(ended_at=None).count()


def live_calls_from(address: str) -> int:
    return Call.objects.filter(ended_at=None, origin_address=address).count()


def queue_metric(name: str, *, queue: Queue, now: datetime) -> float | None:
    """One of the metrics of the Check staffing and Check queue status blocks; ages in seconds."""
    if name in _STAFFING:
        return serving(queue).filter(_STAFFING[name]).count()
    waiting = Contact.objects.filter(queue=queue, state=ContactState.QUEUED)
    facts = waiting.aggregate(size=Count("pk"), oldest=Min("enqueued_at"))
    if name == "NumberOfContactsInQueue":
        return float(facts["size"])
    if name == "OldestContactInQueueAgeSeconds":
        return (now - facts["oldest"]).total_seconds() if facts["oldest"] else 0.0
    return None


_STAFFING = {
    "NumberOfAgentsOnline": Online,
    "NumberOfAgentsStaffed": Q(status__kind=AgentStatus.Kind.ROUTABLE),
    "NumberOfAgentsAvailable": Q(available_since__isnull=False),
}


def serving(queue: Queue) -> QuerySet[Agent]:
    """The agents to whom contacts of the queue may go, whatever they do now."""
    if queue.kind == Queue.Kind.AGENT:
        return Agent.objects.filter(user=queue.user_id)
    return Agent.objects.filter(
        routing_profile__entries__queue=queue, routing_profile__entries__channel=VOICE
    )


def found_contacts(
    *,
    contact: UUID | None = None,
    queue: UUID | None = None,
    agent: UUID | None = None,
    state: str | None = None,
    number: str | None = None,
    disconnect_reason: str | None = None,
    initiated_after: datetime | None = None,
    initiated_before: datetime | None = None,
    longer_than: timedelta | None = None,
    is_recorded: bool | None = None,
) -> QuerySet[Contact]:
    """The contacts of the scoped instance to which every given fact applies.

    `number` is the customer's, in E.164; `agent` is a user who talked with the customer; both
    instants belong to the time asked for; `is_recorded` asks for what can be heard, or will be.
    """
    wanted = {
        "public_id": contact,
        "queue__public_id": queue,
        "state": state,
        "customer_number": number,
        "disconnect_reason": disconnect_reason,
        "initiated_at__gte": initiated_after,
        "initiated_at__lte": initiated_before,
    }
    rows = _contacts().filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    if agent is not None:
        own = Offer.objects.filter(agent__user__public_id=agent, connected_at__isnull=False)
        rows = rows.filter(Exists(own.filter(contact=OuterRef("pk"))))
    if longer_than is not None:
        rows = rows.filter(disconnected_at__gt=F("initiated_at") + longer_than)
    if is_recorded is not None:
        kept = Q(pk__in=recordings().kept())
        rows = rows.filter(kept if is_recorded else ~kept)
    return rows


def contacts_with_history() -> QuerySet[Contact]:
    """The contacts of the scoped instance with their events and their chain."""
    events = ContactEvent.objects.select_related("actor").order_by("id")
    chain = _contacts().select_related("initial", "previous", "next")
    return chain.prefetch_related(Prefetch("events", queryset=events))


def contacts_with_queue() -> QuerySet[Contact]:
    """The contacts of the scoped instance with the queue they are in, if any."""
    return Contact.objects.select_related("instance", "queue")


def has_handled(user: User, *, contact: UUID) -> bool:
    """Whether the user talked with this customer."""
    own = Offer.objects.filter(agent__user=user, contact__public_id=contact)
    return own.filter(connected_at__isnull=False).exists()


def _contacts() -> QuerySet[Contact]:
    offers = Offer.objects.select_related("agent__user").order_by("n")
    return Contact.objects.select_related("queue").prefetch_related(
        Prefetch("offers", queryset=offers)
    )
