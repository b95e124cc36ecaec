"""Routing's rows as flows may refer to them."""

from apps.flows.domain.validation import Resource
from apps.flows.services.resources import by_reference
from apps.instances.models import Instance
from apps.routing.models import HoursOfOperation, Queue


def find_queue(instance: Instance, reference: str) -> Resource | None:
    rows = Queue.objects.filter(instance=instance, kind=Queue.Kind.STANDARD)
    return Resource() if by_reference(rows, reference) else None


def find_hours(instance: Instance, reference: str) -> Resource | None:
    rows = HoursOfOperation.objects.filter(instance=instance)
    return Resource() if by_reference(rows, reference) else None


def find_agent(instance: Instance, reference: str) -> Resource | None:
    return Resource() if agent_queue(instance, reference) else None


def agent_queue(instance: Instance, reference: str) -> Queue | None:
    """An agent means the agent's own queue: by the user's id, as `$.Agent.ARN` is, or name."""
    rows = Queue.objects.filter(instance=instance, kind=Queue.Kind.AGENT, is_enabled=True)
    return by_reference(rows, reference, key_is="user__public_id", name_is="user__username")
