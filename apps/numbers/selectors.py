"""Questions about numbers."""

from apps.numbers.models import PhoneNumber


def number_for_callers() -> PhoneNumber | None:
    """The number the call page of the scoped instance calls: the first that a flow answers."""
    return PhoneNumber.objects.filter(flow__published__isnull=False).order_by("id").first()
