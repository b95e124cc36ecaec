"""Which contacts an agent may take now, and which of two comes first for that agent."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact

# An agent's own queue stands before every queue of the profile, whose priorities begin at 1.
OWN_QUEUE_PRIORITY = 0

Rank = tuple[int, int, timedelta, int, UUID]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact as one agent sees it: through the own queue, or through a row of the profile."""

    contact: WaitingContact
    row: ProfileQueue | None

    @property
    def queue_priority(self) -> int:
        return self.row.priority if self.row else OWN_QUEUE_PRIORITY

    def ripe_at(self) -> datetime:
        """When the contact is old enough for this agent; a delay is a minimum age."""
        return self.contact.enqueued_at + (self.row.delay if self.row else timedelta())

    def rank(self, now: datetime) -> Rank:
        """The lowest rank is taken: queue, contact priority, greatest age, order of queueing."""
        contact = self.contact
        age = contact.effective_age(now)
        return (self.queue_priority, contact.priority, -age, contact.sequence, contact.id)


class Profiles:
    """The profile rows, indexed once for a pass."""

    def __init__(self, rows: Iterable[ProfileQueue]) -> None:
        self._rows: dict[tuple[UUID, UUID], ProfileQueue] = {}
        self._serving: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for row in rows:
            self._rows[row.profile, row.queue] = row
            self._serving[row.queue].add(row.profile)

    def serve(self, contact: WaitingContact) -> bool:
        """Tell whether anybody at all, free or not, could take the contact."""
        return contact.agent is not None or contact.queue in self._serving

    def candidate(self, contact: WaitingContact, *, agent: FreeAgent) -> Candidate | None:
        """The contact as `agent` sees it, ripe or not; None if it is not for this agent."""
        if contact.agent is not None:
            return Candidate(contact, None) if contact.agent == agent.id else None
        row = self._rows.get((agent.profile, contact.queue))
        return Candidate(contact, row) if row else None
