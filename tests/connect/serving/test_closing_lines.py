"""What closes a socket does so on the real edge, and a page that is gone is gone there, too."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import aiohttp
import pytest

from apps.core import close_codes
from tests.connect.serving.processes import PATIENCE, Process, running

pytestmark = pytest.mark.journey

CODES = sorted(code for code in vars(close_codes).values() if isinstance(code, int))
HELLO = '{"type": "hello", "panel": "7b0f5a3e-3a52-4d0e-9c5c-0d3a8f1b7c11", "softphone": {}}'
TOY_LINES = (
    "import django; django.setup(); from tests.connect.serving import toy_lines as t; t.main()"
)
CLOSE_FRAME = b"\x88\x02"


@pytest.fixture(scope="module")
def lines() -> Iterator[Process]:
    environ = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    with running("-c", TOY_LINES, environ=environ) as process:
        yield process


@pytest.fixture(scope="module")
def url(lines: Process) -> str:
    return lines.wait_for("Ready: ").removeprefix("Ready: ")


class DeadPage:
    """Speaks once, and then neither says nor answers anything, not even a close."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._line = socket.create_connection((str(address.hostname), address.port), PATIENCE)
        self._line.sendall(
            b"GET /panel HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n\r\n"
        )
        self.heard = b""
        self.hear(b"\r\n\r\n")

    def say(self, text: str) -> None:
        data = text.encode()
        self._line.sendall(bytes([0x81, 0x80 | len(data)]) + bytes(4) + data)

    def hear(self, what: bytes) -> None:
        while what not in self.heard:
            more = self._line.recv(4096)
            assert more, self.heard
            self.heard += more

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def page(url: str) -> Iterator[DeadPage]:
    page = DeadPage(url)
    yield page
    page.close()


async def closed_with(url: str) -> int | None:
    async with (
        asyncio.timeout(PATIENCE),
        aiohttp.ClientSession() as http,
        http.ws_connect(url) as line,
    ):
        await line.receive()
        return line.close_code


@pytest.mark.parametrize("code", CODES)
async def test_each_of_our_close_codes_reaches_the_page(url: str, code: int) -> None:
    """The server class refuses most of the registered ones, and then closes nothing."""
    assert await closed_with(f"{url}{code}") == code


def test_a_page_that_answers_no_close_either_is_out_of_routing_r_20(
    lines: Process, page: DeadPage
) -> None:
    """R-20, SR-071: network gone without a word, or a tab the browser has frozen."""
    page.say(HELLO)
    page.hear(b'"snapshot"')
    page.say('{"type": "ping"}')
    lines.wait_for("tab disconnected")

    said = [line for line in lines.lines if line.startswith("tab")]
    assert said == ["tab opened", "tab gone", "tab disconnected"]
    page.hear(b'"ping"')
    page.hear(CLOSE_FRAME + close_codes.SILENT.to_bytes(2))
