"""The embedded house starts its parts in order and always comes down clean (real processes)."""

from __future__ import annotations

import signal
import socket
from contextlib import AbstractContextManager

import pytest

from tests.connect.serving.processes import Process, get, running

pytestmark = pytest.mark.journey


def house(*parts: str, port: int = 0) -> AbstractContextManager[Process]:
    return running("-m", "tests.connect.serving.toy_house", str(port), *parts)


def ready(process: Process) -> str:
    return process.wait_for("Ready: ").removeprefix("Ready: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_parts_the_other_way_round(number: int) -> None:
    with house("worker", "control", "media") as process:
        url = ready(process)
        assert get(url) == (200, "ready")

        assert process.stop(number) == 0

        assert process.lines == [
            "start worker",
            "start control",
            "start media",
            f"Ready: {url}",
            "stop media",
            "stop control",
            "stop worker",
        ]


def test_pages_answer_before_the_house_is_ready() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with house("worker", "media:hangs", port=port) as process:
        process.wait_for("start media")

        assert get(f"http://127.0.0.1:{port}/") == (503, "starting")


def test_a_house_with_guests_waits_for_them_and_a_second_signal_ends_it_r_03() -> None:
    """R-03: a media process keeps its calls when it is asked to go, and says that it goes."""
    with house("media", "drain") as process:
        url = ready(process)
        process.popen.send_signal(signal.SIGTERM)
        process.wait_for("draining")

        assert get(url) == (503, "stopping")
        assert process.stop(signal.SIGTERM) == 0

    assert process.lines[-1] == "stop media"


def test_a_stop_during_the_start_does_not_wait_for_it() -> None:
    with house("worker", "control:hangs", "media") as process:
        process.wait_for("start control")

        assert process.stop(signal.SIGTERM) == 0

        assert "start media" not in process.lines
        assert process.lines[-3:] == ["stop media", "stop control", "stop worker"]


def test_a_part_that_cannot_start_is_told_in_one_sentence() -> None:
    with house("worker", "media:fails") as process:
        assert process.end() == 1

        assert process.lines[-1] == "part_failed: media is broken."
        assert "stop worker" in process.lines
        assert not any("Traceback" in line or "Ready" in line for line in process.lines)


def test_a_part_that_never_stops_is_left_behind() -> None:
    with house("worker", "media:stays") as process:
        ready(process)

        assert process.stop(signal.SIGTERM) == 0

        assert "stop worker" in process.lines
        assert not any("Traceback" in line for line in process.lines)


def test_a_request_that_never_ends_does_not_hold_the_house() -> None:
    with house("media") as process:
        url = ready(process)
        address = (url.split("/")[2].split(":")[0], int(url.split(":")[2].rstrip("/")))
        with socket.create_connection(address) as client:
            client.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
            process.wait_for("slow request began")

            assert process.stop(signal.SIGTERM) == 0

    assert not any("Traceback" in line for line in process.lines)


def test_a_port_taken_at_the_last_moment_is_told_in_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with house("media", port=port) as process:
            assert process.end() == 1

            assert process.lines == [
                f"port_in_use: Cannot listen on 127.0.0.1 port {port}: address already in use. "
                "Choose another port (make run PORT=…, --port …; 0 takes a free one)."
            ]
