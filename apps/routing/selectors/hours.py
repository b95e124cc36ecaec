"""Reading hours of operation."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from apps.routing.domain.hours import Hours
from apps.routing.domain.hours import is_open as hours_are_open
from apps.routing.domain.week import Stretch
from apps.routing.models import HoursInterval, HoursOfOperation


def hours_of_operations() -> QuerySet[HoursOfOperation]:
    """The calendars of the scoped instance with their intervals."""
    return HoursOfOperation.objects.prefetch_related("intervals")


def is_open(hours: HoursOfOperation, *, at: datetime) -> bool:
    """Whether the calendar is open at the instant."""
    week = tuple(stretch_of(row).interval() for row in hours.intervals.all())
    return hours_are_open(Hours(zone=ZoneInfo(hours.time_zone), intervals=week), at=at)


def stretch_of(row: HoursInterval) -> Stretch:
    """An open time as the rules know it."""
    return Stretch(row.weekday, row.start_minute, row.end_minute)
