"""When wrong passwords close a door, and when it opens again (S-05)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

Tries = Iterable[tuple[datetime, int]]


def opens_at(tries: Tries, *, limit: int, cool_off: timedelta) -> datetime | None:
    """The instant from which fewer than `limit` tries are younger than `cool_off`.

    `tries` are instants with how many there were; None when the door is not closed by them at all.
    """
    counted = 0
    for at, count in sorted(tries, reverse=True):
        counted += count
        if counted >= limit:
            return at + cool_off
    return None
