"""What recordings tell the floor below them, which keeps no recordings itself."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from apps.contacts.domain.record import RecordingFacts
from apps.contacts.recordings import Recordings
from apps.recordings.models import Recording

_State = Recording.State
KEPT = (_State.RECORDING, _State.STOPPED, _State.AVAILABLE)


def facts_of(contacts: Collection[int]) -> dict[int, RecordingFacts]:
    """The recordings of these contacts, by contact."""
    rows = Recording.objects.filter(contact__in=contacts)
    return {row.contact_id: _facts(row) for row in rows}


def kept_contacts() -> QuerySet[Any, Any]:
    """The keys of the contacts whose recording can be heard, or will be once it is finished."""
    return Recording.objects.filter(state__in=KEPT).values("contact_id")


def _facts(row: Recording) -> RecordingFacts:
    return RecordingFacts(
        state=row.state,
        is_partial=row.is_partial,
        participants=tuple(row.participants),
        started_at=row.started_at,
        stopped_at=row.stopped_at,
        location=row.key,
        deleted_reason=row.deleted_reason,
    )


RECORDINGS = Recordings(of=facts_of, kept=kept_contacts)
