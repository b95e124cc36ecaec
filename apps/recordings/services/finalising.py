"""Making the file of a recording: may be repeated, may run twice at once, may be killed anywhere.

The row is claimed for a while by moving `due_at`. The file is made beside the journals and then
stored whole; the journals go only after the row says that it is available (R-09).
"""

import errno
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db.models import F

from apps.contacts.services.rows import call_work, record
from apps.core import clock
from apps.core.unit_of_work import unit_of_work
from apps.instances.scope import scope_of, unscoped
from apps.media.journal import SUFFIX
from apps.media.journal_reader import JournalTrack, read
from apps.recordings.domain.timeline import FRAME, RATE
from apps.recordings.models import Recording
from apps.recordings.services import deleting, troubles
from apps.recordings.services.mixing import make_file
from apps.recordings.storage import recordings_storage

UNFINISHED = (Recording.State.STOPPED, Recording.State.FAILED)
NOTHING_RECORDED, DISK_FULL, NOT_STORED, NOT_MADE = (
    "nothing_recorded",
    "disk_full",
    "not_stored",
    "not_made",
)
_log = logging.getLogger(__name__)


class NothingRecordedError(Exception):
    """There is not one journal that holds sound or was at least closed properly."""


def next_due() -> int | None:
    """The key of the recording that waits longest for its file."""
    with unscoped("finalising serves all instances"):
        rows = Recording.objects.filter(due_at__lte=clock.now(), state__in=UNFINISHED)
        return rows.order_by("due_at").values_list("pk", flat=True).first()


def finalise(recording_id: int) -> None:
    """Make the file if it is due and nobody else is at it; whatever fails is tried again."""
    with scope_of(Recording, recording_id):
        recording = _claimed(recording_id)
        if recording is None:
            return
        try:
            _make(recording)
        except NothingRecordedError:
            troubles.give_up(recording, error=NOTHING_RECORDED)
        except Exception as error:
            if _is_unfinished(recording):  # else somebody else has made it meanwhile
                _log.exception("A recording's file was not made", extra=_names(recording))
                troubles.try_again(recording, error=_code(error))


def _claimed(recording_id: int) -> Recording | None:
    """The row, for a fifth of the call's length and a minute, ten times what is needed."""
    with unit_of_work():
        now = clock.now()
        rows = Recording.objects.filter(pk=recording_id, state__in=UNFINISHED, due_at__lte=now)
        found = rows.select_related("contact", "instance").first()
        if found is None:
            return None
        until = now + timedelta(minutes=1) + (_stopped(found) - found.started_at) / 5
        mine = rows.filter(due_at=found.due_at).update(due_at=until, attempts=F("attempts") + 1)
        found.attempts += 1
        return found if mine else None


def _make(recording: Recording) -> None:
    folder = deleting.journals_of(recording)
    tracks = _tracks(folder)
    length = (_stopped(recording) - recording.started_at).total_seconds()
    duration = max(FRAME, round(length * RATE))
    with _scratch(folder) as path:
        peaks = make_file(tracks, path=path, begun=recording.started_at, duration=duration)
        # The journals go when somebody else has finished: then what was read may not be all.
        if not _is_unfinished(recording):
            return
        facts = _stored(recording, path=path, peaks=peaks)
    is_partial = recording.is_partial or not all(track.is_complete for _, track in tracks)
    _publish(recording, is_partial=is_partial, duration_ms=duration * 1000 // RATE, **facts)
    deleting.forget_journals(recording)


def _tracks(folder: Path) -> list[tuple[str, JournalTrack]]:
    """Each journal with the life of the node that wrote it, which its name ends in."""
    if not Path(settings.JOURNALS_DIR).is_dir():
        raise FileNotFoundError(errno.ENOENT, "The folder of the journals is not there")
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    tracks = [(path.stem.rpartition("-")[2], read(path)) for path in paths]
    if not any(track.packets or track.is_complete for _, track in tracks):
        raise NothingRecordedError
    return tracks


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A name beside the journals: what a killed process leaves there goes with them."""
    path = folder / f".{uuid4().hex}.webm"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _stored(recording: Recording, *, path: Path, peaks: dict[str, Any]) -> dict[str, Any]:
    """Put both files into the storage; the row's fields that name them."""
    storage = recordings_storage()
    name, peaks_name = deleting.names_of(recording)
    with path.open("rb") as file:
        kept = storage.save(name, File(file))
    waveform = json.dumps(peaks, separators=(",", ":")).encode()
    kept_peaks = storage.save(peaks_name, ContentFile(waveform))
    return {"key": kept, "peaks_key": kept_peaks, "size": path.stat().st_size}


def _publish(recording: Recording, **facts: Any) -> None:
    """From here on it can be heard, unless it was deleted while the file was made."""
    with call_work(recording.contact.call_id):
        rows = Recording.objects.filter(pk=recording.pk)
        available = Recording.State.AVAILABLE
        unfinished = rows.filter(state__in=UNFINISHED)
        made = unfinished.update(state=available, error="", due_at=None, **facts)
        if made:
            record(recording.contact, "recording_available", at=clock.now())
            troubles.over(recording, is_partial=facts["is_partial"])
        elif rows.filter(state=Recording.State.DELETED).update(
            key=facts["key"], peaks_key=facts["peaks_key"]
        ):
            recording.key, recording.peaks_key = facts["key"], facts["peaks_key"]
    if recording.key:
        deleting.erase(recording)


def _is_unfinished(recording: Recording) -> bool:
    return Recording.objects.filter(pk=recording.pk, state__in=UNFINISHED).exists()


def _stopped(recording: Recording) -> datetime:
    assert recording.stopped_at is not None, "only what has stopped is finalised"
    return recording.stopped_at


def _code(error: Exception) -> str:
    if not isinstance(error, OSError):
        return NOT_MADE
    return DISK_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else NOT_STORED


def _names(recording: Recording) -> dict[str, str]:
    return {"recording": str(recording.public_id), "contact": str(recording.contact.public_id)}
