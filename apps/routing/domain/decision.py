"""Who gets which contact (domain.md §5): one decision over all queues of an instance."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from uuid import UUID

from apps.routing.domain.eligibility import Candidate, Profiles
from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact


class DecidedBy(StrEnum):
    """The first rule that put the contact taken before the runner-up."""

    ONLY_CONTACT = "only_contact"
    QUEUE_PRIORITY = "queue_priority"
    CONTACT_PRIORITY = "contact_priority"
    AGE = "age"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The facts behind an assignment, kept with the offer. `queue_priority` 0: the own queue.

    `runner_up` is the contact that stood behind it for this agent, `next_agent` the one in line
    behind the agent who could take this contact too.
    """

    decided_by: DecidedBy
    runner_up: UUID | None
    queue_priority: int
    delay_seconds: int
    contact_priority: int
    waited_seconds: float
    age_adjustment_seconds: int
    agent_available_since: datetime
    next_agent: UUID | None
    next_available_since: datetime | None

    def as_json(self) -> dict[str, str | int | float | None]:
        """Return the facts as JSON values, instants as ISO 8601."""
        return {
            "decided_by": self.decided_by.value,
            "runner_up": str(self.runner_up) if self.runner_up else None,
            "queue_priority": self.queue_priority,
            "delay_seconds": self.delay_seconds,
            "contact_priority": self.contact_priority,
            "waited_seconds": self.waited_seconds,
            "age_adjustment_seconds": self.age_adjustment_seconds,
            "agent_available_since": self.agent_available_since.isoformat(),
            "next_agent": str(self.next_agent) if self.next_agent else None,
            "next_available_since": (
                self.next_available_since.isoformat() if self.next_available_since else None
            ),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    contact: WaitingContact
    agent: FreeAgent
    why: Why


def decide(
    heads: Iterable[WaitingContact],
    *,
    agents: Iterable[FreeAgent],
    profile_queues: Iterable[ProfileQueue],
    now: datetime,
    limit: int | None = None,
) -> list[Assignment]:
    """Pair free agents with contacts, the longest available agent first (ties by id).

    Each takes its best contact: own queue, lowest queue priority in the profile, lowest contact
    priority, greatest effective age, order of queueing. Only contacts old enough for the profile's
    delay count, so a contact that is too young blocks nobody. The first `limit` assignments are
    exact if the caller fetched that many heads per queue and delay, that many agents per profile,
    and every agent whose own queue has a contact.
    """
    profiles = Profiles(profile_queues)
    waiting = {contact.id: contact for contact in heads}
    made: list[Assignment] = []
    in_line = sorted(agents, key=lambda each: (each.available_since, each.id))
    for place, agent in enumerate(in_line, start=1):
        if not waiting or len(made) == limit:
            break
        ranked = _ranked(waiting.values(), agent=agent, profiles=profiles, now=now)
        if ranked:
            contact = ranked[0].contact
            del waiting[contact.id]
            able = _able(islice(in_line, place, None), contact, profiles=profiles, now=now)
            made.append(_assignment(ranked, agent=agent, next_agent=next(able, None), now=now))
    return made


def _able(
    agents: Iterable[FreeAgent], contact: WaitingContact, *, profiles: Profiles, now: datetime
) -> Iterator[FreeAgent]:
    """Those of the agents who could take the contact now."""
    for agent in agents:
        candidate = profiles.candidate(contact, agent=agent)
        if candidate and candidate.ripe_at() <= now:
            yield agent


def _ranked(
    waiting: Iterable[WaitingContact], *, agent: FreeAgent, profiles: Profiles, now: datetime
) -> list[Candidate]:
    seen = (profiles.candidate(contact, agent=agent) for contact in waiting)
    ripe = [candidate for candidate in seen if candidate and candidate.ripe_at() <= now]
    return sorted(ripe, key=lambda candidate: candidate.rank(now))


def _assignment(
    ranked: list[Candidate], *, agent: FreeAgent, next_agent: FreeAgent | None, now: datetime
) -> Assignment:
    taken, runner_up = ranked[0], ranked[1] if len(ranked) > 1 else None
    contact = taken.contact
    why = Why(
        decided_by=_decided_by(taken, runner_up, now),
        runner_up=runner_up.contact.id if runner_up else None,
        queue_priority=taken.queue_priority,
        delay_seconds=taken.row.delay_seconds if taken.row else 0,
        contact_priority=contact.priority,
        waited_seconds=contact.waited(now).total_seconds(),
        age_adjustment_seconds=contact.age_adjustment_seconds,
        agent_available_since=agent.available_since,
        next_agent=next_agent.id if next_agent else None,
        next_available_since=next_agent.available_since if next_agent else None,
    )
    return Assignment(contact=contact, agent=agent, why=why)


def _decided_by(taken: Candidate, runner_up: Candidate | None, now: datetime) -> DecidedBy:
    if runner_up is None:
        return DecidedBy.ONLY_CONTACT
    rules = (DecidedBy.QUEUE_PRIORITY, DecidedBy.CONTACT_PRIORITY, DecidedBy.AGE)
    pairs = zip(rules, taken.rank(now), runner_up.rank(now), strict=False)
    return next((rule for rule, mine, other in pairs if mine != other), DecidedBy.ORDER)
