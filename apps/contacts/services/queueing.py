"""Putting a contact into a queue, and its place there."""

from datetime import datetime, timedelta

from apps.agents.models import Agent
from apps.contacts.domain.states import ContactState
from apps.contacts.domain.transitions import ContactEventKind
from apps.contacts.models import Contact
from apps.contacts.services.rows import move_contact, record
from apps.core.unit_of_work import touch
from apps.flows.domain.types import AT_CAPACITY, NO_MATCH
from apps.routing.domain.capacity import Arrival, is_at_capacity, queue_limit
from apps.routing.models import Queue


def enqueue(contact: Contact, *, queue_id: str, now: datetime) -> str | None:
    """Enter the queue; the error type of the flow language when that is refused."""
    # locked, so that two callers cannot both take the last place
    queues = Queue.objects.select_for_update(of=("self",), no_key=True)
    queue = queues.filter(public_id=queue_id, is_enabled=True).first()
    if queue is None:
        return NO_MATCH
    waiting = Contact.objects.filter(queue=queue, state=ContactState.QUEUED).count()
    limit = queue_limit(
        queue.max_contacts,
        is_agents_own=queue.kind == Queue.Kind.AGENT,
        concurrent_calls=contact.instance.call_quota,
    )
    if is_at_capacity(waiting, limit=limit, arrival=Arrival.NEW):
        record(contact, "queue_full", at=now, queue=str(queue.public_id))
        return AT_CAPACITY
    move_contact(
        contact,
        ContactEventKind.ENQUEUED,
        queue=queue,
        enqueued_at=now,
        effective_enqueued_at=_effective(contact, enqueued_at=now),
    )
    record(contact, "enqueued", at=now, queue=str(queue.public_id), name=queue.name)
    touch("routing", contact.instance_id)
    return None


def is_awaited(agent: Agent) -> bool:
    """Whether somebody waits in the agent's own queue, which nobody else serves."""
    waiting = Contact.objects.filter(state=ContactState.QUEUED)
    return waiting.filter(queue__user=agent.user_id).exists()


def reordered(contact: Contact, *, now: datetime) -> None:
    """Priority or age changed: effective at once, also for a contact that waits."""
    if contact.state != ContactState.QUEUED or contact.enqueued_at is None:
        return
    contact.effective_enqueued_at = _effective(contact, enqueued_at=contact.enqueued_at)
    contact.save(update_fields=["effective_enqueued_at"])
    record(contact, "reordered", at=now, priority=contact.priority)
    touch("routing", contact.instance_id)


def _effective(contact: Contact, *, enqueued_at: datetime) -> datetime:
    return enqueued_at - timedelta(seconds=contact.age_adjustment_seconds)
