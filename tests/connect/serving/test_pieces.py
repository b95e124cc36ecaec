"""The small pieces of serve: lock, port, progress, welcome."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

import pytest

from connect.serving.errors import DataFolderInUseError, OptionError, PortInUseError
from connect.serving.lock import data_folder_lock
from connect.serving.options import Options, require_usable
from connect.serving.ports import require_free_port, url_of
from connect.serving.progress import MigrationLines
from connect.serving.welcome import welcome_lines

pytestmark = pytest.mark.domain


def test_a_second_server_on_the_same_data_folder_is_refused(tmp_path: Path) -> None:
    with (
        data_folder_lock(tmp_path),
        pytest.raises(DataFolderInUseError) as refused,
        data_folder_lock(tmp_path),
    ):
        pytest.fail("two servers in one data folder")

    assert str(tmp_path) in str(refused.value)
    assert "is served by process " in str(refused.value)


def test_a_data_folder_is_free_again_when_its_server_has_ended(tmp_path: Path) -> None:
    for _ in range(2):
        with data_folder_lock(tmp_path / "new"):
            assert (tmp_path / "new" / "serve.lock").exists()


def test_two_data_folders_are_served_side_by_side(tmp_path: Path) -> None:
    with data_folder_lock(tmp_path / "one"), data_folder_lock(tmp_path / "two"):
        pass


def test_a_taken_port_is_told_in_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortInUseError, match=rf"port {port}: the port is in use\. Choose"):
            require_free_port("127.0.0.1", port)

    require_free_port("127.0.0.1", 0)


def options(*, slot: str = "media-1", capacity: int = 200) -> Options:
    return Options("127.0.0.1", "127.0.0.1", 0, slot, capacity, concurrency=4, drain_seconds=60.0)


@pytest.mark.parametrize("slot", ["", "a" * 65, "all", "one two", "küche", "a\n", "*"])
def test_a_slot_that_control_could_not_keep_is_refused_in_a_sentence(slot: str) -> None:
    with pytest.raises(OptionError, match=r"^--slot .*at most 64 letters"):
        require_usable(options(slot=slot), role="media")

    require_usable(options(slot=slot), role="worker")  # has no use for it


@pytest.mark.parametrize("capacity", [0, -1, 10_001, 2**31])
@pytest.mark.parametrize("role", ["media", None])
def test_a_capacity_that_control_could_not_keep_is_refused(capacity: int, role: str | None) -> None:
    with pytest.raises(OptionError, match=r"^--capacity is a number of calls"):
        require_usable(options(capacity=capacity), role=role)


@pytest.mark.parametrize("slot", ["a", "Media_1.example-8301", "a" * 64, "allways"])
def test_usable_options_are_taken(slot: str) -> None:
    require_usable(options(slot=slot, capacity=1), role="media")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),  # noqa: S104
        ("::1", "http://[::1]:8000/"),
        ("[::]", "http://[::1]:8000/"),
    ],
)
def test_the_address_shown_can_be_opened_on_this_machine(host: str, expected: str) -> None:
    assert url_of(host, 8000) == expected


def test_each_step_of_the_database_is_counted() -> None:
    said: list[str] = []
    lines = MigrationLines(said.append, total=2)

    for piece in ("Running migrations:\n", "  Applying users.0001_initial...", " OK\n"):
        lines.write(piece)
    lines.write("  Applying flows.0001_initial...")

    assert said == ["  1/2 users.0001_initial", "  2/2 flows.0001_initial"]


@dataclass(frozen=True)
class Ana:
    instance: str = "demo"
    username: str = "ana"
    profiles: tuple[str, ...] = ("Agent",)


@dataclass(frozen=True)
class Demo:
    password: str | None
    number: str = "+12065550100"
    people: tuple[Ana, ...] = (Ana(),)


def test_a_password_is_shown_only_when_it_was_made_just_now() -> None:
    fresh = "\n".join(welcome_lines("http://h/", Demo("s3cret"), call_page="demo"))
    later = "\n".join(welcome_lines("http://h/", Demo(None), call_page="demo"))

    assert "s3cret" in fresh
    assert "as set before; new ones: python3 manage.py reset_demo_passwords" in later
    for text in (fresh, later):
        assert "http://h/demo/call" in text
        assert "http://h/demo/login   ana" in text


def test_a_house_without_a_demo_shows_its_address_only() -> None:
    assert list(welcome_lines("http://h/", None, call_page="demo")) == [
        "",
        "Start page    http://h/",
    ]
