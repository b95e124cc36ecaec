"""Reading queues and who serves them."""

from django.db.models import Exists, QuerySet

from apps.instances.models import Instance
from apps.routing.domain.facts import ProfileQueue
from apps.routing.models import Queue, RoutingProfileQueue


def standard_queues() -> QuerySet[Queue]:
    """The queues of the scoped instance with their hours, without the agents' own."""
    return Queue.objects.filter(kind=Queue.Kind.STANDARD).select_related("hours")


def profile_queues(instance: Instance, *only: Exists) -> list[ProfileQueue]:
    """Which profile serves which queue by voice; for the decision, `only` the rows it needs.

    A profile may have the same queue for another channel, with a priority and delay of its own.
    """
    by_voice = RoutingProfileQueue.objects.filter(channel=RoutingProfileQueue.Channel.VOICE)
    rows = (
        by_voice.filter(*only, instance=instance)
        .order_by()
        .values_list("profile__public_id", "queue__public_id", "priority", "delay_seconds")
    )
    return [
        ProfileQueue(profile=profile, queue=queue, priority=priority, delay_seconds=delay)
        for profile, queue, priority, delay in rows
    ]
