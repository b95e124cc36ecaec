"""All that a player of a recording needs, for one user."""

import json
import logging
from typing import Any

from django.urls import reverse

from apps.recordings.models import Recording
from apps.recordings.services import links
from apps.recordings.storage import recordings_storage
from apps.users.models import User

_log = logging.getLogger(__name__)


def player_data(recording: Recording, *, user: User, rights: frozenset[str]) -> dict[str, Any]:
    """The shape of `RecordingSerializer`; each call makes fresh links."""
    is_there = recording.state == Recording.State.AVAILABLE
    return {
        "id": recording.public_id,
        "state": recording.state,
        "is_partial": recording.is_partial,
        "participants": recording.participants,
        "started_at": recording.started_at,
        "duration_ms": recording.duration_ms,
        "size": recording.size if is_there else None,
        "error": recording.error or None,
        "deleted_reason": recording.deleted_reason or None,
        "url": _address(recording, user, rights, links.PLAY) if is_there else None,
        "download_url": _address(recording, user, rights, links.DOWNLOAD) if is_there else None,
        "peaks": _peaks(recording) if is_there else None,
    }


def _address(recording: Recording, user: User, rights: frozenset[str], purpose: str) -> str | None:
    if links.PERMISSIONS[purpose] not in rights:
        return None
    token = links.token_for(recording, user=user, purpose=purpose)
    return reverse("recordings:file", args=[recording.instance.alias, token])


def _peaks(recording: Recording) -> dict[str, Any] | None:
    """The waveform; a recording without it can still be heard."""
    try:
        with recordings_storage().open(recording.peaks_key, "rb") as file:
            found: dict[str, Any] = json.loads(file.read())
    except (OSError, ValueError):
        _log.warning("A waveform cannot be read", extra={"recording": str(recording.public_id)})
        return None
    return found
