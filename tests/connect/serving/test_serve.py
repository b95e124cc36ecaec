"""`manage.py serve` as a person starts it: real processes, real data folders, free ports."""

from __future__ import annotations

import json
import shutil
import signal
import socket
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.connect.serving.processes import Process, get, running

pytestmark = pytest.mark.journey

ENVIRON = {
    "DJANGO_SETTINGS_MODULE": "connect.settings",
    "CONNECT_NO_BOOTSTRAP": "1",
    "CONNECT_DEMO_PASSWORD": "For-tests-1",
}


def serve(folder: Path, *options: str) -> AbstractContextManager[Process]:
    arguments = ("--port", "0", "--data-dir", str(folder), *options)
    return running("manage.py", "serve", *arguments, environ=ENVIRON)


def like(furnished: Path, folder: Path) -> Path:
    """A copy, for starts that are not about beginning with nothing."""
    shutil.copytree(furnished, folder)
    return folder


def ready(process: Process) -> str:
    return process.wait_for("Ready: ").removeprefix("Ready: ")


def assert_clean(process: Process) -> None:
    assert not [line for line in process.lines if "Traceback" in line]


def test_serve_says_ready_once_health_agrees_and_sigterm_ends_it_clean(
    tmp_path: Path, furnished: Path
) -> None:
    with serve(like(furnished, tmp_path / "data")) as process:
        url = ready(process)
        status, body = get(f"{url}health")

        assert status == 200
        assert json.loads(body) == {
            "status": "ready",
            "parts": dict.fromkeys(("http", "bus", "lease", "worker", "control", "media"), "ready"),
        }
        assert process.stop(signal.SIGTERM) == 0
        assert len([line for line in process.lines if line.startswith("Ready: ")]) == 1
        assert_clean(process)


def test_a_second_start_finds_its_data_and_ctrl_c_ends_it_clean(tmp_path: Path) -> None:
    for _ in range(2):
        with serve(tmp_path) as process:
            ready(process)
            assert process.stop(signal.SIGINT) == 0
            assert_clean(process)

    assert not any(line.startswith("Preparing the database") for line in process.lines)


def test_two_servers_run_side_by_side_and_write_only_below_their_folders(
    tmp_path: Path, furnished: Path
) -> None:
    folders = [like(furnished, tmp_path / name) for name in ("one", "two")]

    with serve(folders[0]) as one, serve(folders[1]) as two:
        urls = {ready(one), ready(two)}

        assert len(urls) == 2
        assert [get(f"{url}health")[0] for url in urls] == [200, 200]
        assert [one.stop(signal.SIGTERM), two.stop(signal.SIGTERM)] == [0, 0]

    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}


def test_a_second_server_on_a_served_folder_ends_with_one_sentence(
    tmp_path: Path, furnished: Path
) -> None:
    folder = like(furnished, tmp_path / "data")

    with serve(folder) as first:
        ready(first)

        with serve(folder) as second:
            assert second.end() == 1

    assert len(second.lines) == 1
    assert f"The data folder {folder} is served by process" in second.lines[0]


def test_a_taken_port_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with serve(tmp_path, "--port", str(port)) as process:
            assert process.end() == 1

    assert len(process.lines) == 1
    assert f"Cannot listen on 127.0.0.1 port {port}: the port is in use." in process.lines[0]
