"""Reading contacts: who waits, who talks, what a queue looks like now."""

from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from apps.agents.models import Agent, AgentStatus
from apps.contacts.domain.states import LIVE_OFFERS, ConnectionKind, ContactState
from apps.contacts.models import Call, Connection, Contact
from apps.routing.models import Queue

Online = ~Q(status__kind=AgentStatus.Kind.OFFLINE)


def agent_of(contact: Contact) -> Agent | None:
    """The agent who holds the contact now."""
    offer = contact.offers.filter(state__in=LIVE_OFFERS).select_related("agent__user").first()
    return offer.agent if offer else None


def customer_of(contact: Contact) -> Connection:
    """The customer's own connection of a contact."""
    return contact.connections.get(kind=ConnectionKind.CUSTOMER)


def live_calls() -> int:
    """Calls of the scoped instance that are going on: in a flow, in a queue or with an agent."""
    return Call.objects.filter(ended_at=None).count()


def live_calls_from(address: str) -> int:
    return Call.objects.filter(ended_at=None, origin_address=address).count()


def queue_metric(name: str, *, queue: Queue, now: datetime) -> float | None:
    """One of the metrics of the Check staffing and Check queue status blocks; ages in seconds."""
    if name in _STAFFING:
        return _agents_of(queue).filter(_STAFFING[name]).count()
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


def _agents_of(queue: Queue) -> QuerySet[Agent]:
    if queue.kind == Queue.Kind.AGENT:
        return Agent.objects.filter(user=queue.user)
    return Agent.objects.filter(routing_profile__queues=queue)
