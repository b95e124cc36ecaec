"""Reading recordings: what shall be recorded now, and of whom."""

from apps.contacts.models import Call, Contact
from apps.recordings.models import Recording

RecordingWish = tuple[str, int, tuple[str, ...]]
"""(recording's public id, contact's key, participants)"""


def desired_recordings(call: Call) -> tuple[RecordingWish, ...]:
    """What the media node shall write down of this call now."""
    rows = Recording.objects.filter(contact__call=call, state=Recording.State.RECORDING)
    found = rows.order_by("pk").values_list("public_id", "contact_id", "participants")
    return tuple((str(key), contact, tuple(who)) for key, contact, who in found)


def recorded_now(contact: Contact) -> list[str]:
    """Whose voice is being recorded at this moment: of `agent`, `customer`."""
    rows = Recording.objects.filter(contact=contact, state=Recording.State.RECORDING)
    return next(iter(rows.values_list("participants", flat=True)), [])
