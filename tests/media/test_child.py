"""A process for what strangers made: small, bounded, without our secrets."""

from pathlib import Path

import pytest

from apps.media.child import ChildLateError, run_child
from tests.pretending import pretend_python

pytestmark = pytest.mark.media


def test_it_is_given_its_input_and_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pretend_python(monkeypatch, tmp_path, 'echo "$@"; cat; exit 7')

    done = run_child("a.module", "one", given=b"input", within_seconds=30)

    assert (done.returncode, done.stdout) == (7, b"-m a.module one\ninput")


def test_it_does_not_get_our_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONNECT_SECRET_KEY", "hidden")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "hidden")
    monkeypatch.setenv("OTHERS", "seen")
    pretend_python(monkeypatch, tmp_path, "env")

    environment = run_child("a.module", within_seconds=30).stdout

    assert b"OTHERS=seen" in environment
    assert b"hidden" not in environment


def test_one_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pretend_python(monkeypatch, tmp_path, "exec sleep 600")

    with pytest.raises(ChildLateError):
        run_child("a.module", within_seconds=0.05)


def test_one_that_takes_nothing_from_us_is_no_trouble(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend_python(monkeypatch, tmp_path, "exit 3")

    assert run_child("a.module", given=bytes(10_000_000), within_seconds=30).returncode == 3
