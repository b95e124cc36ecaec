"""The routing pass: heads from the database, a pure decision, conditional claims (decision 5).

The pass is a short transaction of its own, never part of another service: who holds rows while
waiting for the pass' lock would wait for ever.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from apps.agents.models import Agent
from apps.contacts.domain.states import LIVE_OFFERS, ContactState
from apps.contacts.models import Contact, Offer
from apps.contacts.services.rows import record
from apps.core import clock
from apps.core.unit_of_work import touch, unit_of_work
from apps.instances.models import Instance
from apps.routing.domain.decision import Assignment, decide
from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact
from apps.routing.models import Queue
from apps.routing.selectors import profile_queues

PASS_LOCK = 0x726F7574  # "rout": the first half of the advisory lock's name
ROUND = 50  # assignments of one pass at most; more are made by the next, so no pass is long


def run_pass(instance: Instance) -> int:
    """Offer waiting contacts to free agents until nothing fits; returns how many were offered."""
    offered = 0
    while True:
        made = _one_round(instance)
        offered += made
        if made < ROUND:  # then nothing more fits, or another pass has taken it
            return offered


def _one_round(instance: Instance) -> int:
    with unit_of_work():
        _keep_others_out(instance)
        now = clock.now()
        table = profile_queues(instance)
        heads = _heads(table, now=now)
        agents = _free_agents(heads, table=table) if heads else []
        assignments = decide(heads, agents=agents, profile_queues=table, now=now, limit=ROUND)
        return sum(_claim(instance, assignment, now=now) for assignment in assignments)


def _keep_others_out(instance: Instance) -> None:
    """One pass per instance at a time, until the commit.

    Not the instance's row: every new row of the instance refers to it. On SQLite the IMMEDIATE
    transaction is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PASS_LOCK, instance.pk])


def _free_agents(heads: list[WaitingContact], *, table: list[ProfileQueue]) -> list[FreeAgent]:
    """The agents free longest of each profile that serves a head, and owners of agent queues.

    One short index read per profile: how many agents are free does not matter.
    """
    waiting = {head.queue for head in heads}
    profiles = {row.profile for row in table if row.queue in waiting}
    free = Agent.objects.filter(available_since__isnull=False).order_by("available_since", "id")
    groups = [free.filter(routing_profile__public_id=key)[:ROUND] for key in sorted(profiles)]
    if owners := {head.agent for head in heads if head.agent is not None}:
        groups.append(free.filter(public_id__in=owners))
    rows = (
        row
        for group in groups
        for row in group.values_list("public_id", "routing_profile__public_id", "available_since")
    )
    found = {
        agent: FreeAgent(id=agent, profile=profile, available_since=since)
        for agent, profile, since in rows
        if since is not None
    }
    return list(found.values())


def _heads(table: list[ProfileQueue], *, now: datetime) -> list[WaitingContact]:
    """Per queue and delay the first contacts old enough, and those of every agent queue."""
    owners = _owners_of_waiting_agent_queues()
    served = {(row.queue, row.delay_seconds) for row in table}
    served |= {(queue, 0) for queue in owners}
    heads: dict[int, WaitingContact] = {}
    for queue, delay in served:
        rows = (
            Contact.objects.filter(
                queue__public_id=queue,
                state=ContactState.QUEUED,
                enqueued_at__lte=now - timedelta(seconds=delay),
            )
            .exclude(offers__state__in=LIVE_OFFERS)
            .order_by("priority", "effective_enqueued_at", "id")[:ROUND]
        )
        owner = owners.get(queue)
        heads |= {row.pk: _waiting(row, queue=queue, owner=owner) for row in rows}
    return list(heads.values())


def _owners_of_waiting_agent_queues() -> dict[UUID, UUID]:
    rows = Queue.objects.filter(
        kind=Queue.Kind.AGENT, contacts__state=ContactState.QUEUED, user__agent__isnull=False
    )
    return dict(rows.values_list("public_id", "user__agent__public_id").distinct())


def _waiting(row: Contact, *, queue: UUID, owner: UUID | None) -> WaitingContact:
    assert row.enqueued_at is not None
    return WaitingContact(
        id=row.public_id,
        queue=queue,
        priority=row.priority,
        enqueued_at=row.enqueued_at,
        age_adjustment_seconds=row.age_adjustment_seconds,
        sequence=row.pk,
        agent=owner,
    )


def _claim(instance: Instance, assignment: Assignment, *, now: datetime) -> bool:
    """Contact before agent, each only if it is still as it was when chosen."""
    try:
        with transaction.atomic():
            waiting = Contact.objects.filter(state=ContactState.QUEUED)
            contact = waiting.select_for_update(no_key=True).get(public_id=assignment.contact.id)
            contact.offers_made += 1
            contact.save(update_fields=["offers_made"])
            agent = Agent.objects.get(public_id=assignment.agent.id)
            offer = _insert_offer(instance, contact, agent=agent, assignment=assignment, now=now)
            taken = Agent.objects.filter(pk=agent.pk, available_since__isnull=False).update(
                available_since=None
            )
            if not taken:
                raise _AgentTakenError
    except (IntegrityError, Contact.DoesNotExist, _AgentTakenError):
        return False
    record(contact, "offered", at=now, offer=offer.n, why=offer.why)
    touch("agent", agent.pk)
    return True


def _insert_offer(
    instance: Instance,
    contact: Contact,
    *,
    agent: Agent,
    assignment: Assignment,
    now: datetime,
) -> Offer:
    return Offer.objects.create(
        instance=instance,
        contact=contact,
        agent=agent,
        n=contact.offers_made,
        state_since=now,
        due_at=now + timedelta(seconds=instance.ring_seconds),
        why=assignment.why.as_json(),
    )


class _AgentTakenError(Exception):
    """The agent was not free any more when the claim came."""
