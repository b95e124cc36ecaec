"""What a routing pass looks at: waiting contacts, free agents, and the queues of the profiles."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

DEFAULT_CONTACT_PRIORITY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingContact:
    """A contact in a queue. `agent` is the owner if it waits in an agent's own queue.

    `sequence` is the order of queueing and settles ties; a lower `priority` comes first.
    """

    id: UUID
    queue: UUID
    enqueued_at: datetime
    sequence: int
    priority: int = DEFAULT_CONTACT_PRIORITY
    age_adjustment_seconds: int = 0
    agent: UUID | None = None

    def waited(self, now: datetime) -> timedelta:
        """Real time in the queue: what a delay is measured against."""
        return now - self.enqueued_at

    def effective_age(self, now: datetime) -> timedelta:
        """Time in the queue plus what the flow added or took: what the order goes by."""
        return self.waited(now) + timedelta(seconds=self.age_adjustment_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeAgent:
    """An agent who may be offered a contact now; whether that is so is decided by `agents`."""

    id: UUID
    profile: UUID
    available_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileQueue:
    """A queue in a routing profile: `priority` 1 (first) to 99, `delay_seconds` 0 to 9999."""

    profile: UUID
    queue: UUID
    priority: int
    delay_seconds: int = 0

    @property
    def delay(self) -> timedelta:
        return timedelta(seconds=self.delay_seconds)
