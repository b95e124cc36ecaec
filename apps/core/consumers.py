"""The base of our JSON sockets: limits, clear refusals, a mailbox for announcements."""

import asyncio
import json
import logging
from datetime import datetime
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from structlog.contextvars import bound_contextvars
from uuid6 import uuid7

from apps.core import clock
from apps.core.acting import Actor, Door, acting, actor
from apps.core.bus import Mailbox
from apps.core.close_codes import NOT_A_MESSAGE, TOO_MUCH, may_be_sent
from apps.core.errors import DomainError, InvalidInput

Json = dict[str, Any]

MESSAGE_AT_MOST = 128 * 1024  # characters; an SDP offer has about 6,000
MESSAGES_PER_SECOND = 30  # on average; a burst of ten times as many is let through

_log = logging.getLogger(__name__)


class JsonConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Subclasses answer messages in `received`, and bus announcements in `announced`.

    However a socket ends, by an error of ours too, `closed` is called once.
    """

    _mailbox: Mailbox | None = None
    _reader: asyncio.Task[None] | None = None
    _is_open = False  # `opened` was called, `closed` was not
    _is_answering = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with acting(_actor_of(scope)), bound_contextvars(instance=_alias_of(scope)):
            try:
                await super().__call__(scope, receive, send)
            finally:
                # Channels says nothing of a socket whose handler failed: an agent would stay
                # reachable
                await self._finish()

    async def connect(self) -> None:
        self._allowance = MESSAGES_PER_SECOND * 10.0
        self._last_message = clock.now()
        await self.accept()
        self._is_open = True
        await self.opened()

    async def opened(self) -> None:
        """The socket is open."""

    async def closed(self) -> None:
        """The socket is gone, for whatever reason."""

    async def received(self, message: Json) -> None:
        """One message of the other side."""
        raise InvalidInput

    async def announced(self, message: Json) -> None:
        """One message of the bus."""

    async def resynced(self) -> None:
        """Messages of the bus may have been lost: look at the database."""

    def listen(self, *topics: str) -> None:
        """Read announcements of these topics from now on, and of no others."""
        self._stop_listening()
        self._mailbox = Mailbox(*topics)
        self._reader = asyncio.get_running_loop().create_task(self._read(self._mailbox))

    async def reply(self, message: Json) -> None:
        """Nothing, once we have closed: an answer may be late."""
        if self._is_answering:
            await self.send(text_data=json.dumps(message))

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        if not may_be_sent(code):
            raise ValueError(f"No server may close a socket with {code}: see close_codes.")
        self._is_answering = False
        await super().close(code=code, reason=reason)

    async def websocket_receive(self, message: Json) -> None:
        """Nothing, once we have closed: nobody would take away what a late message brings about."""
        if self._is_answering:
            await super().websocket_receive(message)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None or len(text_data) > MESSAGE_AT_MOST or not self._may_send():
            await self.close(code=TOO_MUCH)
            return
        try:
            message = json.loads(text_data)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            await self.close(code=NOT_A_MESSAGE)
            return
        if message.get("type") == "ping":
            await self.reply({"type": "pong"})
            return
        if message.get("type") == "pong":
            return
        with acting(actor().with_request(str(uuid7()))):
            await self.received(message)

    async def disconnect(self, code: int) -> None:
        await self._finish()

    async def _finish(self) -> None:
        if not self._is_open:
            return
        self._is_open = self._is_answering = False
        self._stop_listening()
        await self.closed()

    def _stop_listening(self) -> None:
        if self._mailbox is not None:
            self._mailbox.close()
        if self._reader is not None:
            self._reader.cancel()

    def _may_send(self) -> bool:
        """A token bucket: a flooding client is closed, the others do not notice."""
        now = clock.now()
        earned = (now - self._last_message).total_seconds() * MESSAGES_PER_SECOND
        self._last_message = now
        self._allowance = min(self._allowance + earned, MESSAGES_PER_SECOND * 10.0) - 1
        return self._allowance > 0

    async def _read(self, mailbox: Mailbox) -> None:
        while True:
            message = await mailbox.get()
            try:
                if message is Mailbox.RESYNC:
                    await self.resynced()
                else:
                    await self.announced(message)
            except Exception:
                _log.exception("An announcement could not be passed on")


def _alias_of(scope: Any) -> str | None:
    alias: str | None = scope.get("url_route", {}).get("kwargs", {}).get("alias")
    return alias


def _actor_of(scope: Any) -> Actor:
    address, _port = scope.get("client") or (None, None)
    return Actor(
        Door.SOCKET,
        find_user=lambda: scope.get("user"),
        address=address,
        request_id=str(uuid7()),
    )


def said_at(message: Json) -> datetime:
    """When a person said so, by our clock: a message may wait, or be sent again until it is heard.

    Raises InvalidInput for what is no ISO 8601 instant with an offset; left out, it is now.
    """
    raw = message.get("said_at")
    if raw is None:
        return clock.now()
    try:
        at = datetime.fromisoformat(str(raw))
    except ValueError:
        raise InvalidInput(field="said_at") from None
    if at.tzinfo is None:
        raise InvalidInput(field="said_at")
    return at


def problem(error: DomainError) -> Json:
    """How a refusal looks on a socket."""
    return {"code": error.code, "message": str(error.message)}
