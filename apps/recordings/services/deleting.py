"""Deleting a recording: a person with the right, and a reason that stays (domain page, 16)."""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction

from apps.audit import services as audit
from apps.contacts.services.rows import call_work, record
from apps.core import clock
from apps.recordings.errors import NotAvailable
from apps.recordings.models import Recording
from apps.recordings.storage import recordings_storage
from apps.users.models import User

DELETABLE = (Recording.State.AVAILABLE, Recording.State.FAILED)


def delete(recording: Recording, *, reason: str, actor: User) -> None:
    """First nobody may hear it, then the files go; a sweep repeats what a crash left undone."""
    with call_work(recording.contact.call_id):
        rows = Recording.objects.filter(pk=recording.pk, state__in=DELETABLE)
        deleted = Recording.State.DELETED
        if not rows.update(state=deleted, deleted_reason=reason, due_at=None):
            raise NotAvailable
        record(recording.contact, "recording_deleted", at=clock.now(), actor=actor, reason=reason)
        told = {"recording": [recording.get_state_display(), deleted.label]}
        audit.record(recording.contact, changes={**told, "reason": [None, reason]})
        recording.refresh_from_db()
        transaction.on_commit(lambda: erase(recording), robust=True)


def erase(recording: Recording) -> None:
    """Remove every file of a deleted recording; may be repeated."""
    for key in filter(None, (recording.key, recording.peaks_key)):
        recordings_storage().delete(key)
    forget_journals(recording)
    Recording.objects.filter(pk=recording.pk).update(key="", peaks_key="")


def journals_of(recording: Recording) -> Path:
    """The folder the media nodes write this recording's journals into."""
    return Path(settings.JOURNALS_DIR) / str(recording.public_id)


def forget_journals(recording: Recording) -> None:
    folder = journals_of(recording)
    if folder.is_dir():
        shutil.rmtree(folder)
