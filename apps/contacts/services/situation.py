"""What a routing decision looks at, read from rows: the heads of queues, and who is free.

Only what can matter is read: queues where somebody waits, of profiles with somebody free, and of
each no more than can be assigned. How many agents and contacts there are does not matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from apps.agents.models import Agent
from apps.contacts.domain.states import ContactState
from apps.contacts.models import VOICE, Contact
from apps.contacts.services.heads import first_of_each
from apps.instances.models import Instance
from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact
from apps.routing.selectors.queues import profile_queues

ROUND = 50  # assignments of one pass at most; more are made by the next, so no pass is long


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The first `limit` assignments of `decide` on these are those on all rows."""

    heads: list[WaitingContact]
    agents: list[FreeAgent]
    table: list[ProfileQueue]
    limit: int


def situation(instance: Instance, *, now: datetime) -> Situation:
    """Three short reads, and one for all queues and delays that may be served now."""
    free = Agent.objects.filter(available_since__isnull=False)
    waiting = _waiting()
    table = profile_queues(
        instance,
        Exists(free.filter(routing_profile=OuterRef("profile"))),
        Exists(waiting.filter(queue=OuterRef("queue"))),
    )
    owners = _owners_of_waiting_agent_queues(free)
    agents = _free_agents(free, profiles={row.profile for row in table}, owners=owners.values())
    limit = min(ROUND, len(agents))
    return Situation(
        heads=_heads(table, owners=owners, limit=limit, now=now) if limit else [],
        agents=agents,
        table=table,
        limit=limit,
    )


def _waiting() -> QuerySet[Contact]:
    return Contact.objects.filter(state=ContactState.QUEUED, channel=VOICE)


def _owners_of_waiting_agent_queues(free: QuerySet[Agent]) -> dict[UUID, UUID]:
    waiting = _waiting().filter(queue=OuterRef("user__agent_queue"))
    rows = free.filter(Exists(waiting)).order_by()
    return dict(rows.values_list("user__agent_queue__public_id", "public_id"))


def _free_agents(
    free: QuerySet[Agent], *, profiles: set[UUID], owners: Iterable[UUID]
) -> list[FreeAgent]:
    """The agents free longest of each profile, and owners of agent queues."""
    longest = free.order_by("available_since", "id")
    groups = [longest.filter(routing_profile__public_id=key)[:ROUND] for key in sorted(profiles)]
    if owners:
        groups.append(longest.filter(public_id__in=owners))
    names = ("public_id", "routing_profile__public_id", "available_since")
    rows = (row for group in groups for row in group.values_list(*names))
    found = {
        agent: FreeAgent(id=agent, profile=profile, available_since=since)
        for agent, profile, since in rows
        if since is not None
    }
    return list(found.values())


def _heads(
    table: list[ProfileQueue], *, owners: dict[UUID, UUID], limit: int, now: datetime
) -> list[WaitingContact]:
    """Per queue and delay the first contacts old enough, and those of agent queues."""
    served = {(row.queue, row.delay_seconds) for row in table} | {(key, 0) for key in owners}
    ripe = [(queue, now - timedelta(seconds=delay)) for queue, delay in sorted(served)]
    heads = [
        waiting_contact(row, queue=queue, owner=owners.get(queue))
        for queue, row in first_of_each(ripe, limit=limit)
    ]
    return list({head.id: head for head in heads}.values())


def waiting_contact(contact: Contact, *, queue: UUID, owner: UUID | None) -> WaitingContact:
    """One contact of a queue, as the rule sees it."""
    assert contact.enqueued_at is not None
    return WaitingContact(
        id=contact.public_id,
        queue=queue,
        enqueued_at=contact.enqueued_at,
        sequence=contact.pk,
        priority=contact.priority,
        age_adjustment_seconds=contact.age_adjustment_seconds,
        agent=owner,
    )
