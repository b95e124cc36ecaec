"""What every new instance gets: Basic Hours, BasicQueue and Basic Routing Profile."""

from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.routing.domain.hours import DAYS, MINUTES_A_DAY
from apps.routing.domain.week import Stretch
from apps.routing.services.hours import create_hours
from apps.routing.services.queues import create_queue
from apps.routing.services.routing_profiles import Entry, create_routing_profile

ALWAYS = tuple(Stretch(day, 0, MINUTES_A_DAY) for day in range(DAYS))


def create_default_routing(instance: Instance) -> None:
    """All open always (domain page, section 2)."""
    with unit_of_work():
        hours = create_hours(
            instance=instance, name="Basic Hours", time_zone=instance.time_zone, week=ALWAYS
        )
        queue = create_queue(instance=instance, name="BasicQueue", hours=hours)
        create_routing_profile(
            instance=instance,
            name="Basic Routing Profile",
            description="Serves BasicQueue.",
            outbound=queue,
            entries=[Entry(queue=queue, priority=1, delay_seconds=0)],
        )
