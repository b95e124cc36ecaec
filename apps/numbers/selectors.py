"""Questions about numbers."""

from django.db.models import QuerySet

from apps.numbers.models import PhoneNumber


def number_for_callers() -> PhoneNumber | None:
    """The number the call page of the scoped instance calls: the first that a flow answers."""
    return PhoneNumber.objects.filter(flow__published__isnull=False).order_by("id").first()


def phone_numbers() -> QuerySet[PhoneNumber]:
    """The numbers of the scoped instance with the flows that answer them."""
    return PhoneNumber.objects.select_related("flow").defer("flow__draft")
