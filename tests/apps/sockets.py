"""Sockets for tests: through the whole WebSocket stack, with a session cookie and a fake node."""

import json
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from apps.core import pool
from apps.media.errors import MediaError
from apps.users.models import User
from apps.voice import node
from connect.ws import websocket_application

PATIENCE = 30  # seconds; a bound for hangs, never a measure
Json = dict[str, Any]


class FakeEngine:
    """Answers each offer at once; `refuses` is the code of the MediaError to raise instead."""

    def __init__(self) -> None:
        self.offers: list[tuple[str, str]] = []
        self.refuses = ""

    @property
    def engine(self) -> "FakeEngine":
        return self

    async def negotiate(self, call: str, leg: str, offer: str) -> str:
        if self.refuses:
            raise MediaError(self.refuses, "No.")
        self.offers.append((leg, offer))
        return f"answer to {offer}"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The node of this process; each conftest.py that wants it names it."""
    engine = FakeEngine()
    monkeypatch.setattr(node, "_running", [engine])
    return engine


class Socket:
    """One page's socket."""

    def __init__(self, path: str, *, session: str | None = None) -> None:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}".encode()
        headers = [(b"host", b"localhost")] + ([(b"cookie", cookie)] if session else [])
        self._line = WebsocketCommunicator(websocket_application, path, headers=headers)
        self._line.scope["client"] = ["127.0.0.1", 50000]
        self._unread: list[Json] = []

    async def open(self) -> "Socket":
        accepted, _protocol = await self._line.connect(timeout=PATIENCE)
        assert accepted
        return self

    async def say(self, **message: object) -> None:
        await self.say_text(json.dumps(message))

    async def say_text(self, text: str) -> None:
        await self._line.send_to(text_data=text)

    async def say_bytes(self, data: bytes) -> None:
        await self._line.send_to(bytes_data=data)

    async def hear(self, *kinds: str) -> Json:
        """The next message of one of these types; others are kept until somebody wants them."""
        for place, message in enumerate(self._unread):
            if message["type"] in kinds:
                return self._unread.pop(place)
        while True:
            new: Json = json.loads(await self._line.receive_from(timeout=PATIENCE))
            if new["type"] in kinds:
                return new
            self._unread.append(new)

    async def closed_with(self) -> int:
        """The close code, whatever is said before."""
        while True:
            output = await self._line.receive_output(timeout=PATIENCE)
            if output["type"] == "websocket.close":
                return int(output.get("code", 1000))

    def is_silent(self) -> bool:
        """Nothing more was said."""
        return bool(self._line.output_queue.empty())

    async def end(self) -> None:
        """The consumer has returned; what it raised is raised here."""
        await self._line.wait(timeout=PATIENCE)

    async def close(self) -> None:
        await self._line.disconnect(timeout=PATIENCE)


async def sign_in(user: User) -> str:
    """A session key, as log-in gives it."""

    def make() -> str:
        client = Client()
        client.force_login(user, backend="apps.users.backends.InstanceBackend")
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    return await pool.run(make)
