"""Creating what routing works with."""

from apps.core.unit_of_work import unit_of_work
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


def create_routing_profile(
    *, instance: Instance, name: str, description: str, outbound: Queue
) -> RoutingProfile:
    return RoutingProfile.objects.create(
        instance=instance, name=name, description=description, default_outbound_queue=outbound
    )


def add_queue(
    profile: RoutingProfile, *, queue: Queue, priority: int, delay_seconds: int
) -> RoutingProfileQueue:
    return RoutingProfileQueue.objects.create(
        instance_id=profile.instance_id,
        profile=profile,
        queue=queue,
        priority=priority,
        delay_seconds=delay_seconds,
    )
