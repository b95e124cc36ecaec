"""What is too large for anybody here is never in memory at once, and answered in a sentence."""

from __future__ import annotations

import http.client
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from apps.core.uploads import DROPPED_BODY, LARGEST_BODY, MB
from tests.connect.serving.processes import PATIENCE, Process, get
from tests.connect.serving.test_serve import assert_clean, like, ready, serve

pytestmark = pytest.mark.journey

MANY = 300 * MB


def stream(size: int) -> Iterator[bytes]:
    for _ in range(size // MB):
        yield bytes(MB)


def peak(process: Process) -> int:
    """The most memory that the process ever had."""
    status = Path(f"/proc/{process.popen.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def post(url: str, *, size: int, is_told: bool) -> http.client.HTTPResponse:
    """With its length in the headers, or in chunks that do not tell when they end."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE)
    told = {"Content-Length": str(size)} if is_told else {}
    connection.request("POST", "/demo/login", stream(size), told, encode_chunked=not is_told)
    return connection.getresponse()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_body_that_is_too_large_is_refused_and_calls_go_on(
    tmp_path: Path, furnished: Path
) -> None:
    with serve(like(furnished, tmp_path / "data")) as process:
        url = ready(process)
        before = peak(process)

        statuses = [post(url, size=MANY, is_told=told).status for told in (True, False)]

        assert statuses == [413, 413]
        assert peak(process) - before < LARGEST_BODY
        assert get(f"{url}health")[0] == 200
        assert get(f"{url}demo/login", {DROPPED_BODY: "1"})[0] == 200  # only the edge says so
        assert process.stop(signal.SIGTERM) == 0
        assert_clean(process)
