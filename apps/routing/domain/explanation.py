"""Why a waiting contact is given to nobody now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from apps.routing.domain.decision import decide
from apps.routing.domain.eligibility import Profiles
from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact


class Obstacle(StrEnum):
    NOT_SERVED = "not_served"  # no routing profile has the queue
    NO_FREE_AGENT = "no_free_agent"  # those who serve it are busy, away or offline
    TOO_YOUNG = "too_young"  # the delay of every free agent's profile has not passed
    BEHIND = "behind"  # the free agents take other contacts first


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """`ripe_at` belongs to TOO_YOUNG; `ahead`, the contacts taken instead, to BEHIND."""

    obstacle: Obstacle
    ripe_at: datetime | None = None
    ahead: tuple[UUID, ...] = ()


def why_not(
    contact: WaitingContact,
    *,
    waiting: Sequence[WaitingContact],
    agents: Sequence[FreeAgent],
    profile_queues: Sequence[ProfileQueue],
    now: datetime,
) -> WhyNot | None:
    """Say what keeps `contact` (one of `waiting`) in the queue; None if it is assigned now."""
    profiles = Profiles(profile_queues)
    if not profiles.serve(contact):
        return WhyNot(obstacle=Obstacle.NOT_SERVED)
    views = {agent.id: profiles.candidate(contact, agent=agent) for agent in agents}
    ripe_at = {agent: view.ripe_at() for agent, view in views.items() if view}
    if not ripe_at:
        return WhyNot(obstacle=Obstacle.NO_FREE_AGENT)
    if min(ripe_at.values()) > now:
        return WhyNot(obstacle=Obstacle.TOO_YOUNG, ripe_at=min(ripe_at.values()))
    made = decide(waiting, agents=agents, profile_queues=profile_queues, now=now)
    if any(assignment.contact.id == contact.id for assignment in made):
        return None
    able = {agent for agent, ripe in ripe_at.items() if ripe <= now}
    ahead = tuple(each.contact.id for each in made if each.agent.id in able)
    return WhyNot(obstacle=Obstacle.BEHIND, ahead=ahead)
