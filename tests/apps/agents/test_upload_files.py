"""Uploaded files hold passwords: private, kept as short as can be, not lost by a crash."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from apps.agents import tasks
from apps.agents.models import UserUpload
from apps.agents.services import uploads
from apps.agents.services.upload_sweep import ask_for_uploads, tidy
from apps.agents.services.uploads import UploadUnderWay, cancel_upload, confirm_upload
from apps.core import clock
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.quotas import set_quotas
from apps.users.models import User
from tests.apps.agents.uploading import findings, newcomers, upload
from tests.domain.agents.people_csv import crowd, people, person

pytestmark = pytest.mark.db


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(DATA_DIR=tmp_path):
        yield tmp_path / "uploads"


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


@pytest.fixture
def waiting(scope: Instance, ada: User, folder: Path) -> UserUpload:
    """Looked through, not confirmed."""
    return upload(scope, crowd(30), by=ada)


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def aged(taken: UserUpload, **age: float) -> None:
    """As if it had been uploaded, and last been worked on, that long ago."""
    then = clock.now() - timedelta(**age)
    UserUpload.objects.filter(pk=taken.pk).update(created_at=then, seen_at=then)


def test_a_file_is_readable_for_the_server_alone(waiting: UserUpload, folder: Path) -> None:
    [path] = folder.iterdir()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_goes_when_its_upload_is_over(
    waiting: UserUpload, ada: User, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        cancel_upload(waiting)

    assert left(folder) == []


def test_a_refused_file_is_not_kept(
    scope: Instance, ada: User, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        upload(scope, people(person("")), by=ada)

    assert left(folder) == []


def test_a_file_goes_when_its_people_are_there(
    waiting: UserUpload, ada: User, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        confirm_upload(waiting, acting_user=ada)

    waiting.refresh_from_db()
    assert (waiting.state, left(folder)) == ("DONE", [])


def test_a_file_of_an_upload_that_could_not_be_written_down_is_not_kept(
    scope: Instance, ada: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_upload: UserUpload) -> None:
        raise UploadUnderWay

    monkeypatch.setattr(uploads, "_save", fail)

    with pytest.raises(UploadUnderWay):
        upload(scope, crowd(1), by=ada)

    assert left(folder) == []


def test_what_nobody_confirmed_is_given_up_after_an_hour(
    waiting: UserUpload, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    aged(waiting, minutes=59)
    tidy(now=clock.now())
    waiting.refresh_from_db()
    assert waiting.state == "READY"

    aged(waiting, minutes=61)
    with django_capture_on_commit_callbacks(execute=True):
        tidy(now=clock.now())

    waiting.refresh_from_db()
    assert (waiting.state, left(folder)) == ("CANCELLED", [])


def test_a_job_that_died_is_begun_anew_within_a_minute(
    scope: Instance, ada: User, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    set_quotas(scope, {"users": 20_000})
    taken = upload(scope, crowd(501), by=ada)  # its job is lost: nothing was committed
    for state in ("READY", "DONE"):
        tidy(now=clock.now())
        taken.refresh_from_db()
        assert taken.state != state
        aged(taken, seconds=61)

        with django_capture_on_commit_callbacks(execute=True):
            ask_for_uploads()

        taken.refresh_from_db()
        assert taken.state == state
        if state == "READY":
            confirm_upload(taken, acting_user=ada)

    assert len(newcomers(scope)) == 501


def test_a_job_that_never_ends_is_given_up(
    waiting: UserUpload, ada: User, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    confirm_upload(waiting, acting_user=ada)
    aged(waiting, hours=7)

    with django_capture_on_commit_callbacks(execute=True):
        tidy(now=clock.now())

    waiting.refresh_from_db()
    assert (waiting.state, left(folder)) == ("CANCELLED", [])


def test_a_file_that_is_gone_fails_with_a_sentence(
    waiting: UserUpload, ada: User, folder: Path
) -> None:
    confirm_upload(waiting, acting_user=ada)
    for path in folder.iterdir():
        path.unlink()

    tasks.create_users(upload_id=waiting.pk)

    assert findings(waiting) == [(0, "", "The file is no longer there. Upload it again.")]
    assert waiting.state == "FAILED"


def test_files_without_an_upload_go_after_an_hour(waiting: UserUpload, folder: Path) -> None:
    old = (clock.now() - timedelta(hours=2)).timestamp()
    for name in ("old.csv", "new.csv"):
        (folder / name).write_bytes(b"secret")
    for path in (folder / "old.csv", folder / f"{waiting.public_id}.csv"):
        os.utime(path, (old, old))

    tidy(now=clock.now())

    assert set(left(folder)) == {"new.csv", f"{waiting.public_id}.csv"}


def test_what_is_over_is_listed_for_a_month(waiting: UserUpload, folder: Path) -> None:
    cancel_upload(waiting)
    aged(waiting, days=31)

    tidy(now=clock.now())

    assert not UserUpload.objects.exists()


def test_a_job_for_an_upload_that_is_gone_is_no_mistake(waiting: UserUpload) -> None:
    key = waiting.pk
    waiting.delete()

    tasks.check_upload(upload_id=key)
    tasks.create_users(upload_id=key)
