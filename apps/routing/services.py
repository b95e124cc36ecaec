"""Creating what routing works with."""

from apps.core.unit_of_work import touch, unit_of_work
from apps.instances.models import Instance
from apps.routing.models import (
    HoursInterval,
    HoursOfOperation,
    Queue,
    RoutingProfile,
    RoutingProfileQueue,
)
from apps.users.models import User

DAY = 24 * 60


def create_default_routing(instance: Instance) -> None:
    """Basic Hours (always open), BasicQueue and Basic Routing Profile (domain page, section 2)."""
    with unit_of_work():
        hours = HoursOfOperation.objects.create(
            instance=instance, name="Basic Hours", time_zone=instance.time_zone
        )
        for weekday in range(7):
            HoursInterval.objects.create(
                instance=instance, hours=hours, weekday=weekday, start_minute=0, end_minute=DAY
            )
        queue = create_queue(instance=instance, name="BasicQueue", hours=hours)
        profile = create_routing_profile(
            instance=instance,
            name="Basic Routing Profile",
            description="Serves BasicQueue.",
            outbound=queue,
        )
        add_queue(profile, queue=queue, priority=1, delay_seconds=0)


def create_queue(*, instance: Instance, name: str, hours: HoursOfOperation) -> Queue:
    return Queue.objects.create(instance=instance, name=name, hours=hours)


def create_agent_queue(*, user: User, instance: Instance) -> Queue:
    """The user's own queue, made and deleted with the user; it has no hours."""
    return Queue.objects.create(
        instance=instance, name=user.username, kind=Queue.Kind.AGENT, user=user
    )


def close_agent_queue(user: User) -> None:
    """Nothing comes into it any more; the row stays, because contacts were in it."""
    with unit_of_work():
        for queue in Queue.objects.filter(user=user):
            queue.is_enabled = False
            queue.save(update_fields=["is_enabled"])


def create_routing_profile(
    *, instance: Instance, name: str, description: str, outbound: Queue
) -> RoutingProfile:
    return RoutingProfile.objects.create(
        instance=instance, name=name, description=description, default_outbound_queue=outbound
    )


def add_queue(
    profile: RoutingProfile, *, queue: Queue, priority: int, delay_seconds: int
) -> RoutingProfileQueue:
    """Serve a queue by the profile, those who wait in it included."""
    with unit_of_work():
        entry = RoutingProfileQueue.objects.create(
            instance_id=profile.instance_id,
            profile=profile,
            queue=queue,
            priority=priority,
            delay_seconds=delay_seconds,
        )
        touch("routing", profile.instance_id)
    return entry


def change_entry(entry: RoutingProfileQueue, *, priority: int, delay_seconds: int) -> None:
    """Another priority and delay, for those who wait as well."""
    with unit_of_work():
        entry.priority, entry.delay_seconds = priority, delay_seconds
        entry.save(update_fields=["priority", "delay_seconds"])
        touch("routing", entry.instance_id)


def remove_entry(entry: RoutingProfileQueue) -> None:
    """Serve the queue no more by this profile; what rings already goes on."""
    with unit_of_work():
        entry.delete()
