"""When something happened that is heard of late: during an outage nobody could write it down."""

from datetime import datetime

from apps.contacts.models import ContactEvent
from apps.core import clock


def moment_of(occurred_at: datetime, *, contact_id: int) -> datetime:
    """When it happened, but never before what is written down already, and never in the future."""
    events = ContactEvent.objects.filter(contact_id=contact_id).order_by("-id")
    written = events.values_list("at", flat=True).first()
    return min(max(occurred_at, written or occurred_at), clock.now())
