"""When a queue is full (domain.md §5)."""

from enum import StrEnum

AGENT_QUEUE_CAPACITY = 10
# Part of the limit, one in five, by which the arrivals below may exceed it.
TOLERANCE_DIVISOR = 5


class Arrival(StrEnum):
    """How a contact comes to a queue; all but NEW have waited or been promised already."""

    NEW = "new"
    CALLBACK_DUE = "callback_due"
    QUEUE_TRANSFER = "queue_transfer"
    AGENT_TRANSFER = "agent_transfer"


def queue_limit(max_contacts: int | None, *, is_agents_own: bool, concurrent_calls: int) -> int:
    """Return how many contacts fit: the queue's own maximum, else the instance's call quota.

    An agent's own queue has the same for all: nobody edits it, and one person works it off.
    """
    if is_agents_own:
        return AGENT_QUEUE_CAPACITY
    return concurrent_calls if max_contacts is None else max_contacts


def is_at_capacity(waiting: int, *, limit: int, arrival: Arrival) -> bool:
    """Tell whether one more contact is refused. `waiting` counts callbacks too."""
    tolerated = 0 if arrival is Arrival.NEW else limit // TOLERANCE_DIVISOR
    return waiting >= limit + tolerated


def may_be_maximum(max_contacts: int, *, concurrent_calls: int) -> bool:
    """Tell whether a queue may have this maximum: at least one call must fit outside it."""
    return 1 <= max_contacts <= concurrent_calls - 1
