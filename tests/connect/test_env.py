"""Settings come from the environment, and a wrong one names itself."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connect.env import (
    InvalidSettingError,
    env_bool,
    env_int,
    env_list,
    env_path,
    env_secret,
    env_str,
)

pytestmark = pytest.mark.domain


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False), ("off", False)],
)
def test_a_switch_reads_the_usual_words(
    monkeypatch: pytest.MonkeyPatch, text: str, expected: bool
) -> None:
    monkeypatch.setenv("CONNECT_DEBUG", text)

    assert env_bool("DEBUG", default=not expected) is expected


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    for name in ("A", "B", "C", "D", "E"):
        monkeypatch.setenv(f"CONNECT_{name}", text)

    assert env_bool("A", default=True) is True
    assert env_int("B", default=7) == 7
    assert env_list("C", default=("x",)) == ["x"]
    assert env_str("D", default="y") == "y"
    assert env_path("E", default=Path("here")) == Path.cwd() / "here"


def test_a_word_that_is_no_switch_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECT_SECURE", "perhaps")

    with pytest.raises(InvalidSettingError, match=r"CONNECT_SECURE is 'perhaps'"):
        env_bool("SECURE", default=False)


@pytest.mark.parametrize("text", ["many", "1.5", "-1"])
def test_a_number_below_its_minimum_or_no_number_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("CONNECT_MEDIA_PORT", text)

    with pytest.raises(InvalidSettingError, match="CONNECT_MEDIA_PORT"):
        env_int("MEDIA_PORT", default=0, minimum=0)


def test_a_list_drops_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECT_ALLOWED_HOSTS", " a.example , ,b.example,")

    assert env_list("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_a_secret_given_by_the_environment_is_not_written_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONNECT_SECRET_KEY", "given")

    assert env_secret("SECRET_KEY", folder=tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_secret_is_made_once_for_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CONNECT_SECRET_KEY", raising=False)
    folder = tmp_path / "data"

    first = env_secret("SECRET_KEY", folder=folder)

    assert len(first) >= 50
    assert env_secret("SECRET_KEY", folder=folder) == first
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret-key"]


def test_starters_at_the_same_moment_agree_on_the_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CONNECT_SECRET_KEY", raising=False)

    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(lambda _: env_secret("SECRET_KEY", folder=tmp_path), range(64)))

    assert len(secrets) == 1
