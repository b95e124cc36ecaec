"""Reading what routing works with."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Exists, Prefetch, QuerySet

from apps.instances.models import Instance
from apps.routing.domain.facts import ProfileQueue
from apps.routing.domain.hours import Hours, Interval
from apps.routing.domain.hours import is_open as hours_are_open
from apps.routing.models import (
    HoursInterval,
    HoursOfOperation,
    Queue,
    RoutingProfile,
    RoutingProfileQueue,
)

DAY = 24 * 60


def is_open(hours: HoursOfOperation, *, at: datetime) -> bool:
    """Whether the calendar is open at the instant."""
    week = tuple(_interval(row) for row in hours.intervals.all())
    return hours_are_open(Hours(zone=ZoneInfo(hours.time_zone), intervals=week), at=at)


def _interval(row: HoursInterval) -> Interval:
    return Interval(day=row.weekday, start=_wall(row.start_minute), end=_wall(row.end_minute % DAY))


def _wall(minute: int) -> time:
    return time(hour=minute // 60, minute=minute % 60)


def profile_queues(instance: Instance, *only: Exists) -> list[ProfileQueue]:
    """Which profile serves which queue; for the routing decision, `only` the rows it needs."""
    entries = RoutingProfileQueue.objects.filter(*only, instance=instance).order_by()
    rows = entries.values_list(
        "profile__public_id", "queue__public_id", "priority", "delay_seconds"
    )
    return [
        ProfileQueue(profile=profile, queue=queue, priority=priority, delay_seconds=delay)
        for profile, queue, priority, delay in rows
    ]


def standard_queues() -> QuerySet[Queue]:
    """The queues of the scoped instance with their hours, without the agents' own."""
    return Queue.objects.filter(kind=Queue.Kind.STANDARD).select_related("hours")


def routing_profiles() -> QuerySet[RoutingProfile]:
    """The profiles of the scoped instance with the queues they serve."""
    return RoutingProfile.objects.select_related("default_outbound_queue").prefetch_related(
        profile_entries("entries")
    )


def profile_entries(path: str) -> "Prefetch[str]":
    """What fetches entries with their queues, in the order of importance, along `path`."""
    entries = RoutingProfileQueue.objects.select_related("queue")
    return Prefetch(path, queryset=entries.order_by("priority", "delay_seconds", "queue__name"))


def hours_of_operations() -> QuerySet[HoursOfOperation]:
    """The calendars of the scoped instance with their intervals."""
    return HoursOfOperation.objects.prefetch_related("intervals")
