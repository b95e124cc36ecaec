"""Questions about numbers."""

from datetime import datetime

from django.db.models import Q, QuerySet

from apps.numbers.models import PhoneNumber, PoolNumber


def number_for_callers() -> PhoneNumber | None:
    """The number the call page of the scoped instance calls: the first that a flow answers."""
    return PhoneNumber.objects.filter(flow__published__isnull=False).order_by("id").first()


def phone_numbers() -> QuerySet[PhoneNumber]:
    """The numbers of the scoped instance with the flows that answer them."""
    return PhoneNumber.objects.select_related("flow").defer("flow__draft")


def free_numbers(*, now: datetime) -> QuerySet[PoolNumber]:
    """What any instance may claim now: without those that still rest."""
    return PoolNumber.objects.filter(Q(available_from=None) | Q(available_from__lte=now))
