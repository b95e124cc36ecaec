"""Open or closed at an instant, and when it opens next (domain.md §6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
DAYS = 7
MINUTES_A_DAY = 24 * 60
# A weekly interval can be swallowed once by a change of the clock, so two weeks find the next.
DAYS_AHEAD = 2 * DAYS + 1


class HoursError(ValueError):
    """An interval nobody could mean; `code` is stable."""

    code = "INVALID_HOURS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Open on `day` (0 = Monday) from `start` until before `end`, wall clock; end 00:00 = 24:00."""

    day: int
    start: time
    end: time

    def __post_init__(self) -> None:
        if self.day not in range(DAYS):
            raise HoursError("The day must be 0 (Monday) to 6 (Sunday).")
        if self.start >= self.end != MIDNIGHT:
            raise HoursError("An interval must end after it starts; past midnight, add another.")

    @classmethod
    def of_minutes(cls, day: int, *, start: int, end: int) -> Self:
        """Return the interval between two minutes of the day, 0 to 1440 (its end)."""
        if not 0 <= start < end <= MINUTES_A_DAY:
            raise HoursError("An interval must end after it starts; past midnight, add another.")
        first, last = (time(*divmod(minute % MINUTES_A_DAY, 60)) for minute in (start, end))
        return cls(day=day, start=first, end=last)

    def contains(self, wall: datetime) -> bool:
        before_end = self.end == MIDNIGHT or wall.time() < self.end
        return wall.weekday() == self.day and self.start <= wall.time() and before_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A week of intervals in a time zone; no intervals: never open."""

    zone: ZoneInfo
    intervals: tuple[Interval, ...]


def is_open(hours: Hours, *, at: datetime) -> bool:
    """Tell whether the wall clock of the zone shows an open time at the aware instant `at`."""
    wall = at.astimezone(hours.zone)
    return any(interval.contains(wall) for interval in hours.intervals)


def next_opening(hours: Hours, *, after: datetime) -> datetime | None:
    """Return the first open instant from `after` on, in UTC; `after` itself if open then.

    None if there is none within two weeks.
    """
    if is_open(hours, at=after):
        return after.astimezone(UTC)
    found = (at for at in _changes(hours, after) if at > after and is_open(hours, at=at))
    return min(found, default=None)


def _changes(hours: Hours, after: datetime) -> Iterator[datetime]:
    """Every instant at which the hours may open: starts of intervals, and jumps of the clock."""
    today = after.astimezone(hours.zone).date()
    for ahead in range(DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        yield from _jumps(day, zone=hours.zone)
        for interval in hours.intervals:
            if interval.day == day.weekday():
                yield from _instants(day, interval.start, zone=hours.zone)


def _instants(day: date, wall: time, *, zone: ZoneInfo) -> Iterator[datetime]:
    """When the clock shows `wall`, which is twice on the day it is put back."""
    for fold in (0, 1):
        yield datetime.combine(day, wall.replace(fold=fold), tzinfo=zone).astimezone(UTC)


def _jumps(day: date, *, zone: ZoneInfo) -> Iterator[datetime]:
    """The instant in `day` at which the zone's offset changes, to the second, if there is one."""
    start = next(_instants(day, MIDNIGHT, zone=zone))
    end = next(_instants(day + timedelta(days=1), MIDNIGHT, zone=zone))
    before = start.astimezone(zone).utcoffset()
    if end.astimezone(zone).utcoffset() == before:
        return
    low, high = 0, int((end - start).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (start + timedelta(seconds=middle)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    yield start + timedelta(seconds=high)
