"""Short ways to write a routing situation: names for ids, seconds for instants."""

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from apps.routing.domain.decision import Assignment
from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PROFILE = "profile"


def key(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def contact(
    name: str,
    queue: str,
    *,
    waited: float,
    priority: int = 5,
    adjusted: int = 0,
    sequence: int = 0,
    owner: str | None = None,
) -> WaitingContact:
    return WaitingContact(
        id=key(name),
        queue=key(queue),
        enqueued_at=ago(waited),
        sequence=sequence,
        priority=priority,
        age_adjustment_seconds=adjusted,
        agent=key(owner) if owner else None,
    )


def agent(name: str, *, idle: float = 0, profile: str = PROFILE) -> FreeAgent:
    return FreeAgent(id=key(name), profile=key(profile), available_since=ago(idle))


def row(queue: str, priority: int, delay: int = 0, *, profile: str = PROFILE) -> ProfileQueue:
    return ProfileQueue(
        profile=key(profile), queue=key(queue), priority=priority, delay_seconds=delay
    )


def pairs(made: list[Assignment]) -> list[tuple[UUID, UUID]]:
    return [(each.contact.id, each.agent.id) for each in made]
