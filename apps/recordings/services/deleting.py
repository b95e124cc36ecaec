"""Deleting a recording: a person with the right, and a reason that stays (domain page, 16)."""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from apps.audit import services as audit
from apps.contacts.services.rows import call_work, record
from apps.core import clock
from apps.recordings.domain import naming
from apps.recordings.errors import NotAvailable
from apps.recordings.models import Recording
from apps.recordings.storage import recordings_storage
from apps.users.models import User

DELETABLE = (Recording.State.AVAILABLE, Recording.State.FAILED)
# A finaliser at work meanwhile may still store the file, and be killed before it sees the deletion:
# for so long the sweep looks again.
LOOKED_AFTER_FOR = timedelta(days=1)


def delete(recording: Recording, *, reason: str, actor: User) -> None:
    """First nobody may hear it, then the files go; a sweep repeats what a crash left undone."""
    with call_work(recording.contact.call_id):
        now, deleted = clock.now(), Recording.State.DELETED
        rows = Recording.objects.filter(pk=recording.pk, state__in=DELETABLE)
        until = now + LOOKED_AFTER_FOR
        if not rows.update(state=deleted, deleted_reason=reason, due_at=until):
            raise NotAvailable
        record(recording.contact, "recording_deleted", at=now, actor=actor, reason=reason)
        told = {"recording": [recording.get_state_display(), deleted.label]}
        audit.record(recording.contact, changes={**told, "reason": [None, reason]})
        recording.refresh_from_db()
        transaction.on_commit(lambda: erase(recording), robust=True)


def erase(recording: Recording) -> None:
    """Remove every file of a deleted recording, named by the row or not; may be repeated."""
    for name in {recording.key, recording.peaks_key, *names_of(recording)} - {""}:
        recordings_storage().delete(name)
    forget_journals(recording)
    rows = Recording.objects.filter(pk=recording.pk, state=Recording.State.DELETED)
    rows.update(key="", peaks_key="")
    rows.filter(due_at__lte=clock.now()).update(due_at=None)


def names_of(recording: Recording) -> tuple[str, str]:
    """What the file and its waveform are called in the storage."""
    name = naming.file_name(
        alias=recording.instance.alias,
        contact=str(recording.contact.public_id),
        started_at=recording.started_at,
    )
    return name, naming.peaks_name(name)


def journals_of(recording: Recording) -> Path:
    """The folder the media nodes write this recording's journals into."""
    return Path(settings.JOURNALS_DIR) / str(recording.public_id)


def forget_journals(recording: Recording) -> None:
    folder = journals_of(recording)
    if folder.is_dir():
        shutil.rmtree(folder)
