"""The routing rules a second time, by elimination instead of by rank: the oracle of decision 5."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from apps.routing.domain.facts import FreeAgent, ProfileQueue, WaitingContact


def _least(
    pool: list[WaitingContact], value: Callable[[WaitingContact], float]
) -> list[WaitingContact]:
    lowest = min(value(contact) for contact in pool)
    return [contact for contact in pool if value(contact) == lowest]


def _best(
    pool: list[WaitingContact], agent: FreeAgent, rows: list[ProfileQueue], now: datetime
) -> WaitingContact | None:
    own = [contact for contact in pool if contact.agent == agent.id]
    mine = {row.queue: row for row in rows if row.profile == agent.profile}
    shared = [
        contact
        for contact in pool
        if contact.agent is None
        and contact.queue in mine
        and (now - contact.enqueued_at).total_seconds() >= mine[contact.queue].delay_seconds
    ]
    left = own or shared
    if not left:
        return None
    if not own:
        left = _least(left, lambda contact: mine[contact.queue].priority)
    left = _least(left, lambda contact: contact.priority)
    left = _least(
        left, lambda contact: contact.enqueued_at.timestamp() - contact.age_adjustment_seconds
    )
    left = _least(left, lambda contact: contact.sequence)
    return left[0]


def route(
    waiting: list[WaitingContact],
    agents: list[FreeAgent],
    rows: list[ProfileQueue],
    now: datetime,
) -> list[tuple[UUID, UUID]]:
    """Return (contact, agent) in the order in which a slow, careful person would pair them."""
    pool, free, pairs = list(waiting), list(agents), list[tuple[UUID, UUID]]()
    while free:
        longest = min(agent.available_since for agent in free)
        agent = min((a for a in free if a.available_since == longest), key=lambda a: a.id.int)
        free.remove(agent)
        contact = _best(pool, agent, rows, now)
        if contact is not None:
            pool.remove(contact)
            pairs.append((contact.id, agent.id))
    return pairs
