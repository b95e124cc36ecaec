"""The routing pass: heads from the database, a pure decision, conditional claims (decision 5).

The pass is a short transaction of its own, never part of another service: who holds rows while
waiting for the pass' lock would wait for ever.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from apps.agents.models import Agent
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
        return sum(_claim(instance, assignment) for assignment in assignments)


def _keep_others_out(instance: Instance) -> None:
    """One pass per instance at a time, until the commit.

    Not the instance's row: every new row of the instance refers to it. On SQLite the IMMEDIATE
    transaction is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PASS_LOCK, instance.pk])


def _claim(instance: Instance, assignment: Assignment) -> bool:
    """Contact before agent, each only if it is still as it was when chosen.

    The ring begins once the contact is locked: this process may have stood still since the choice,
    and others have written its history meanwhile.
    """
    try:
        with transaction.atomic():
            waiting = Contact.objects.filter(state=ContactState.QUEUED)
            contact = waiting.select_for_update(no_key=True).get(public_id=assignment.contact.id)
            now = clock.now()
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
