"""After a deletion no byte of the sound is left, whatever died when (domain page, section 16)."""

import errno
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files import File
from django.core.files.base import ContentFile

from apps.core import clock
from apps.recordings.models import Recording
from apps.recordings.services import deleting, finalising, lifecycle
from apps.recordings.services.deleting import delete
from apps.recordings.services.finalising import finalise
from apps.recordings.services.sweep import tidy
from apps.recordings.storage import WholeFileStorage, recordings_storage
from apps.users.models import User
from tests.apps.recordings.conftest import BEGUN, stopped_recording
from tests.apps.recordings.journals import write_journal
from tests.apps.recordings.killing import Killed, files_in, killed

pytestmark = pytest.mark.db

Delete = Callable[[], None]


@pytest.fixture
def failed(recording: Recording) -> Recording:
    """Half a second, which could not be made until now and is tried once more."""
    stopped_at = BEGUN + timedelta(seconds=0.5)
    rows = Recording.objects.filter(pk=recording.pk)
    rows.update(state=Recording.State.FAILED, stopped_at=stopped_at)
    recording.refresh_from_db()
    journal_of(recording)
    return recording


def journal_of(recording: Recording) -> None:
    write_journal(recording.public_id, "agent", hz=440, seconds=0.5, begun=BEGUN)


@pytest.fixture
def delete_it(recording: Recording, ada: User, django_capture_on_commit_callbacks: Any) -> Delete:
    def done() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            fresh = Recording.objects.get(pk=recording.pk)
            delete(fresh, reason="Asked for by the customer", actor=ada)

    return done


def full_for_waveforms(monkeypatch: pytest.MonkeyPatch) -> None:
    save = WholeFileStorage._save

    def saved(self: WholeFileStorage, name: str, content: File) -> str:  # type: ignore[type-arg]
        if name.endswith(".json"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(self, name, content)

    monkeypatch.setattr(WholeFileStorage, "_save", saved)


def test_what_was_stored_without_its_waveform_goes(
    failed: Recording, delete_it: Delete, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_for_waveforms(monkeypatch)
    finalise(failed.pk)
    assert any(name.endswith(".webm") for name in files_in(folders))

    delete_it()

    assert files_in(folders) == []


# What a finaliser does, in this order.
STEPS: dict[str, tuple[Any, str]] = {
    "making": (finalising, "make_file"),
    "renaming": (Path, "replace"),
    "saving": (WholeFileStorage, "_save"),
    "storing": (finalising, "_stored"),
    "publishing": (finalising, "_publish"),
}


@pytest.mark.parametrize("step", STEPS)
def test_what_a_killed_finaliser_left_goes(
    failed: Recording,
    delete_it: Delete,
    folders: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(*STEPS[step], killed)
        patch.setattr(Path, "unlink", killed)  # who is killed cleans nothing up
        with pytest.raises(Killed):
            finalise(failed.pk)

    delete_it()

    assert files_in(folders) == []


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_what_a_finaliser_stored_after_the_deletion_goes_even_if_it_is_killed(
    failed: Recording,
    delete_it: Delete,
    folders: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    is_done: bool,
) -> None:
    """Deleted when it was about to take the step, killed before or after it."""
    where, name = STEPS[step]
    take = getattr(where, name)

    def overtaken(*args: Any, **kwargs: Any) -> None:
        monkeypatch.undo()
        delete_it()
        if is_done:
            take(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(where, name, overtaken)
    with suppress(Killed):  # or what it takes is gone, and it gives up
        finalise(failed.pk)

    tidy()

    assert files_in(folders) == []
    assert Recording.objects.get(pk=failed.pk).state == Recording.State.DELETED


@pytest.mark.parametrize(
    ("where", "name"),
    [(deleting, "erase"), (WholeFileStorage, "delete"), (deleting, "forget_journals")],
)
def test_a_deletion_that_was_killed_is_gone_on_with(
    failed: Recording,
    delete_it: Delete,
    folders: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
) -> None:
    with monkeypatch.context() as patch:
        full_for_waveforms(patch)
        finalise(failed.pk)
        patch.setattr(where, name, killed)
        with pytest.raises(Killed):
            delete_it()

    tidy()

    assert files_in(folders) == []


def test_the_sweep_looks_for_a_day_and_once_afterwards(
    failed: Recording, delete_it: Delete, folders: Path
) -> None:
    """Also when it was down for longer than that."""
    done_with = Recording.objects.filter(pk=failed.pk, due_at=None)
    delete_it()
    tidy()
    assert not done_with.exists()
    journal_of(failed)

    with time_machine.travel(clock.now() + timedelta(days=3)):
        tidy()

    assert done_with.exists()
    assert files_in(folders) == []


def test_the_last_words_of_a_node_change_nothing_of_a_deleted_recording(
    failed: Recording, delete_it: Delete
) -> None:
    """Deleted in mid-call, after the node had said that it cannot write."""
    delete_it()
    before = Recording.objects.get(pk=failed.pk).due_at

    lifecycle.closed(failed.public_id)

    assert Recording.objects.get(pk=failed.pk).due_at == before


def test_a_storage_that_is_away_is_waited_for_and_keeps_journals_of_nobody(
    failed: Recording, delete_it: Delete, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    other = stopped_recording(failed.instance)
    journal_of(other)
    Recording.objects.filter(pk=other.pk).update(state=Recording.State.AVAILABLE)
    recordings_storage().save(deleting.names_of(failed)[0], ContentFile(b"sound"))
    with monkeypatch.context() as patch:
        patch.setattr(WholeFileStorage, "delete", away)
        delete_it()
        tidy()
    assert files_in(folders / "journals") == []

    tidy()

    assert files_in(folders) == []
