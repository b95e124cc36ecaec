"""What crashes leave behind is removed, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from apps.core import clock
from apps.recordings import tasks
from apps.recordings.models import Recording
from apps.recordings.services.sweep import tidy
from apps.recordings.storage import STAGING, recordings_storage
from tests.apps.recordings.conftest import BEGUN
from tests.apps.recordings.journals import write_journal

pytestmark = pytest.mark.db


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_files_of_a_deleted_recording_go_even_if_the_deletion_was_cut_short(
    recording: Recording, folders: Path
) -> None:
    write_journal(recording.public_id, "agent", hz=440, seconds=1, begun=BEGUN)
    key = recordings_storage().save("demo/a.webm", ContentFile(b"sound"))
    cut_short = {"state": "deleted", "key": key, "due_at": clock.now() + timedelta(days=1)}
    Recording.objects.filter(pk=recording.pk).update(**cut_short)

    tidy()
    tidy()

    assert left(folders) == []
    recording.refresh_from_db()
    assert recording.key == ""


def test_journals_that_are_still_needed_stay(recording: Recording, folders: Path) -> None:
    kept = write_journal(recording.public_id, "agent", hz=440, seconds=1, begun=BEGUN)
    (folders / "journals" / "not-a-recording").mkdir()

    for state in ("recording", "stopped", "failed"):
        Recording.objects.filter(pk=recording.pk).update(state=state, due_at=None)
        tasks.sweep_recordings()
        assert kept.exists()


def test_what_was_never_renamed_goes_after_a_day(recording: Recording, folders: Path) -> None:
    staging = folders / "recordings" / STAGING
    staging.mkdir(parents=True)
    old = (clock.now() - timedelta(days=2)).timestamp()
    for name in ("old", "new"):
        (staging / name).write_bytes(b"half a file")
    os.utime(staging / "old", (old, old))

    tidy()

    assert left(staging) == ["new"]


def test_a_name_may_be_stored_twice_and_is_never_half_there(folders: Path) -> None:
    storage = recordings_storage()
    for content in (b"first", b"second, and longer"):
        assert storage.save("demo/a.webm", ContentFile(content)) == "demo/a.webm"

    assert (folders / "recordings" / "demo" / "a.webm").read_bytes() == b"second, and longer"
    assert left(folders) == ["a.webm"]
