"""The routing pass: heads from the database, a pure decision, conditional claims (decision 5).

The pass is a short transaction of its own, never part of another service: who holds rows while
waiting for the pass' lock would wait for ever.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from apps.agents.models import Agent
from apps.agents.services.status import record_availability
from apps.contacts.domain.states import ContactState
from apps.contacts.models import Contact, Offer
from apps.contacts.services.rows import record
from apps.contacts.services.situation import ROUND, situation
from apps.core import clock
from apps.core.unit_of_work import touch, unit_of_work
from apps.instances.models import Instance
from apps.routing.domain.decision import Assignment, decide

PASS_LOCK = 0x726F7574  # "rout": the first half of the advisory lock's name


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
        seen = situation(instance, now=now)
        assignments = decide(
            seen.heads,
            agents=seen.agents,
            profile_queues=seen.table,
            now=now,
            limit=seen.limit,
        )
        return _claim_all(instance, assignments) if assignments else 0


def _keep_others_out(instance: Instance) -> None:
    """One pass per instance at a time, until the commit.

    Not the instance's row: every new row of the instance refers to it. On SQLite the IMMEDIATE
    transaction is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PASS_LOCK, instance.pk])


def _claim_all(instance: Instance, assignments: Sequence[Assignment]) -> int:
    """Claim each pair whose contact and agent are still as they were when chosen.

    The rings begin once all are locked: this process may have stood still since the choice, and
    others have written their histories meanwhile.
    """
    contacts = _still_waiting({each.contact.id for each in assignments})
    agents = _still_free({each.agent.id for each in assignments})
    now = clock.now()
    return sum(
        _claim(instance, contacts[each.contact.id], agent=agents[each.agent.id], by=each, now=now)
        for each in assignments
        if each.contact.id in contacts and each.agent.id in agents
    )


def _still_waiting(ids: Collection[UUID]) -> dict[UUID, Contact]:
    """Locked in the order of their calls, in which everybody else locks those of several calls."""
    waiting = Contact.objects.filter(state=ContactState.QUEUED, public_id__in=ids)
    locked = waiting.select_for_update(no_key=True).order_by("call_id", "pk")
    return {contact.public_id: contact for contact in locked}


def _still_free(ids: Collection[UUID]) -> dict[UUID, Agent]:
    """Locked in the order of their keys, and after the contacts."""
    free = Agent.objects.filter(available_since__isnull=False, public_id__in=ids)
    locked = free.select_for_update(no_key=True).order_by("pk")
    return {agent.public_id: agent for agent in locked}


def _claim(
    instance: Instance, contact: Contact, *, agent: Agent, by: Assignment, now: datetime
) -> bool:
    try:
        with transaction.atomic():
            contact.offers_made += 1
            contact.save(update_fields=["offers_made"])
            offer = _insert_offer(instance, contact, agent=agent, assignment=by, now=now)
            record_availability(agent, is_free=False, now=now)
    except IntegrityError:  # by damaged rows only: one of the two is held already
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
