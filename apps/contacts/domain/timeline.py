"""What a contact did when, read from its history: flow, queue, ring, talk, hold, work.

Durations and counts are never kept beside the history: whoever needs one folds the lines again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Stretch(StrEnum):
    """What a contact is doing for a while."""

    FLOW = "flow"
    QUEUE = "queue"
    RING = "ring"
    CONNECTING = "connecting"  # accepted; the agent's media comes up, whispers are played
    TALK = "talk"
    HOLD = "hold"
    WORK = "work"  # after contact work


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the history: what happened, and when (aware)."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time; `end` is None while it lasts."""

    kind: Stretch
    start: datetime
    end: datetime | None

    def length(self, now: datetime) -> timedelta:
        return max((self.end or now) - self.start, timedelta())


_BEGINS = {
    "initiated": Stretch.FLOW,
    "enqueued": Stretch.QUEUE,
    "offered": Stretch.RING,
    "accepted": Stretch.CONNECTING,
    "missed": Stretch.QUEUE,
    "agent_media_failed": Stretch.QUEUE,
    "connected_to_agent": Stretch.TALK,
    "hold": Stretch.HOLD,
    "resume": Stretch.TALK,
}
_TALKING = (Stretch.TALK, Stretch.HOLD)


def segments(history: Iterable[HistoryLine]) -> list[Segment]:
    """The stretches one after another, without gaps; one that took no time is there as well."""
    found: list[Segment] = []
    current: Segment | None = None
    for line in history:
        kind = _after(line.kind, current.kind if current else None)
        if current is not None and kind != current.kind:
            found.append(Segment(current.kind, current.start, line.at))
        if kind is None or current is None or kind != current.kind:
            current = Segment(kind, line.at, None) if kind else None
    if current is not None:
        found.append(current)
    return found


def holds(history: Iterable[HistoryLine]) -> list[Segment]:
    """The times the customer was on hold."""
    return [segment for segment in segments(history) if segment.kind == Stretch.HOLD]


def _after(line: str, current: Stretch | None) -> Stretch | None:
    """What a contact does after this line of its history; other lines change nothing."""
    if line == "ended" and current in _TALKING:
        return Stretch.WORK
    if line in ("ended", "abandoned", "completed"):
        return None
    return _BEGINS.get(line, current)
