"""Why a contact waits: the pure rule of routing, asked about one contact (domain.md §5)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from apps.agents.models import Agent, Panel
from apps.contacts.domain.activity import Activity, activity
from apps.contacts.domain.states import LIVE_OFFERS, ContactState, OfferState
from apps.contacts.errors import ContactNotWaiting
from apps.contacts.models import Contact
from apps.contacts.selectors import held_by, serving
from apps.contacts.services.situation import situation, waiting_contact
from apps.routing.domain.explanation import WhyNot, why_not
from apps.routing.models import Queue
from apps.routing.selectors.queues import profile_queues

NO_SOFTPHONE = "no_softphone"
LEAVING = "leaving"  # another status is to follow
DOING = (*(each.value for each in Activity if each is not Activity.HOLD), NO_SOFTPHONE, LEAVING)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyWaiting:
    """`is_offered`: at an agent now. `why_not` None: the next pass, within a second, offers it.

    `agents` are those who serve the queue, by what they do: one of `DOING`.
    """

    is_offered: bool
    why_not: WhyNot | None
    agents: dict[str, int]


def why_waiting(contact: Contact, *, now: datetime) -> WhyWaiting:
    """The reason of a contact in a queue; raises ContactNotWaiting for any other.

    The same heads are read as by a pass: a contact that is not among them is behind all of them.
    """
    queue = contact.queue
    if contact.state != ContactState.QUEUED or queue is None:
        raise ContactNotWaiting
    is_offered = contact.offers.filter(state__in=LIVE_OFFERS).exists()
    reason = None if is_offered else _why_not(contact, queue, now=now)
    return WhyWaiting(is_offered=is_offered, why_not=reason, agents=_doing(serving(queue)))


def _why_not(contact: Contact, queue: Queue, *, now: datetime) -> WhyNot | None:
    seen = situation(contact.instance, now=now)
    owner = Agent.objects.filter(user__agent_queue=queue).values_list("public_id", flat=True)
    own = waiting_contact(contact, queue=queue.public_id, owner=owner.first())
    heads = {head.id: head for head in seen.heads} | {own.id: own}
    return why_not(
        own,
        waiting=list(heads.values()),
        agents=seen.agents,
        profile_queues=profile_queues(contact.instance),
        now=now,
    )


def _doing(agents: QuerySet[Agent]) -> dict[str, int]:
    held = held_by(OuterRef("pk"))
    ready = Panel.objects.filter(agent=OuterRef("pk"), has_audio=True, is_softphone_ready=True)
    groups = (
        agents.filter(user__is_active=True)
        .order_by()
        .annotate(held=Subquery(held.values("state")[:1]), is_ready=Exists(ready))
        .values_list("held", "status__kind", "is_ready", "next_status")
        .annotate(count=Count("pk", distinct=True))
    )
    found: dict[str, int] = {}
    for offer, kind, is_ready, next_status, count in groups:
        doing = _one(offer, kind, is_ready=is_ready, is_leaving=next_status is not None)
        found[doing] = found.get(doing, 0) + count
    return found


def _one(offer: str | None, kind: str, *, is_ready: bool, is_leaving: bool) -> str:
    """What the panel shows of the agent, or why one who is Available is not free all the same."""
    held = OfferState(offer) if offer is not None else None
    shown = activity(offer=held, is_held=False, status_kind=kind)
    if shown is not Activity.AVAILABLE:
        return shown.value
    if is_leaving:
        return LEAVING
    return shown.value if is_ready else NO_SOFTPHONE
