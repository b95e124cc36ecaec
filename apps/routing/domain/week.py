"""The open stretches of a week as they are written and kept (domain.md §6)."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from apps.routing.domain.hours import MINUTES_A_DAY, HoursError, Interval

MOST_STRETCHES = 100


class Stretch(NamedTuple):
    """Open on `weekday` (0 = Monday) from minute `start` until before `end`, of 1440."""

    weekday: int
    start: int
    end: int

    def interval(self) -> Interval:
        """Raises HoursError for a stretch nobody could mean."""
        return Interval.of_minutes(self.weekday, start=self.start, end=self.end)

    def __str__(self) -> str:
        return f"{wall_clock(self.start)}–{wall_clock(self.end)}"


def overlap(week: Iterable[Stretch]) -> tuple[Stretch, Stretch] | None:
    """The first two stretches that share a minute; where one ends the next may begin."""
    for first, second in pairwise(sorted(week)):
        if first.weekday == second.weekday and second.start < first.end:
            return first, second
    return None


def wall_clock(minute: int) -> str:
    """As people write it, 24:00 for the end of the day."""
    return "{:02}:{:02}".format(*divmod(minute, 60))


def minute_of(text: str, *, is_end: bool = False) -> int:
    """The minute of the day of a time such as 9:30 or 17.00; as an end, 0:00 is that of the day.

    Raises HoursError for what is no time.
    """
    hour, _, minute = text.strip().replace(".", ":").partition(":")
    if not (_is_figure(hour, below=25) and _is_figure(minute, below=60) and len(minute) == 2):
        raise HoursError("Write a time as hours and minutes, such as 09:30.")
    found = int(hour) * 60 + int(minute)
    if found > MINUTES_A_DAY:
        raise HoursError("A day has 24 hours.")
    return MINUTES_A_DAY if is_end and found == 0 else found


def _is_figure(text: str, *, below: int) -> bool:
    return text.isdecimal() and len(text) <= 2 and int(text) < below


class Days(NamedTuple):
    """Days in a row with the same open times."""

    first: int
    last: int
    open: tuple[tuple[int, int], ...]


def in_short(week: Iterable[Stretch]) -> list[Days]:
    """The week as people say it, without the days that are closed: Monday to Friday 9 to 17."""
    by_day: dict[int, tuple[tuple[int, int], ...]] = {}
    for day, start, end in sorted(week):
        by_day[day] = (*by_day.get(day, ()), (start, end))
    runs: list[Days] = []
    for day, times in by_day.items():
        last = runs[-1] if runs else None
        if last is not None and last.last == day - 1 and last.open == times:
            runs[-1] = last._replace(last=day)
        else:
            runs.append(Days(day, day, times))
    return runs
