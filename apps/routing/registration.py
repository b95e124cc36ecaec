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
