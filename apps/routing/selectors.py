"""Reading what routing works with."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from apps.instances.models import Instance
from apps.routing.domain.facts import ProfileQueue
from apps.routing.domain.hours import Hours, Interval
from apps.routing.domain.hours import is_open as hours_are_open
from apps.routing.models import HoursInterval, HoursOfOperation, RoutingProfileQueue

DAY = 24 * 60


def is_open(hours: HoursOfOperation, *, at: datetime) -> bool:
    """Whether the calendar is open at the instant."""
    week = tuple(_interval(row) for row in hours.intervals.all())
    return hours_are_open(Hours(zone=ZoneInfo(hours.time_zone), intervals=week), at=at)


def _interval(row: HoursInterval) -> Interval:
    return Interval(day=row.weekday, start=_wall(row.start_minute), end=_wall(row.end_minute % DAY))


def _wall(minute: int) -> time:
    return time(hour=minute // 60, minute=minute % 60)


def profile_queues(instance: Instance) -> list[ProfileQueue]:
    """Which profile serves which queue; for the routing decision."""
    rows = RoutingProfileQueue.objects.filter(instance=instance).values_list(
        "profile__public_id", "queue__public_id", "priority", "delay_seconds"
    )
    return [
        ProfileQueue(profile=profile, queue=queue, priority=priority, delay_seconds=delay)
        for profile, queue, priority, delay in rows
    ]
