"""A socket that speaks JSON: kept alive, opened again when it breaks, its messages handed on."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

import aiohttp

from apps.robots.errors import RefusalError, RobotError
from apps.robots.inbox import Message
from apps.robots.session import Site

PING_SECONDS = 5
RETURN_SECONDS = 180.0  # a server that stood still for a minute and is started anew is back by then
TRY_EVERY_SECONDS = 0.5
NORMAL = 1000
SIGNED_OUT = 4410
CLOSED = {
    4000: "The server closed the call's connection.",
    4401: "The server does not take this session: log in again.",
    4403: "This user may not open the Contact Control Panel.",
    4404: "There is no such instance.",
    4409: "The session ended: somebody logged it out.",
    SIGNED_OUT: "The agent is offline, which signs out.",
}

Socket = aiohttp.ClientWebSocketResponse
Opener = Callable[[], Awaitable[Socket]]


class Door:
    """An open socket. `on_message` gets every message but pongs; `back` when it broke and is open
    again, with nothing said on it yet; `lost` when it is closed for good.
    """

    def __init__(
        self, socket: Socket, *, opener: Opener, on_message: Callable[[Message], None]
    ) -> None:
        self._socket = socket
        self._opener = opener
        self._on_message = on_message
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._ping())]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()

    async def send(self, message: Message) -> None:
        """Send one message; RefusalError if the socket is closed just now."""
        try:
            await self._socket.send_str(json.dumps(message))
        except (ConnectionError, aiohttp.ClientError) as error:
            sentence = _sentence(self._socket.close_code)
            raise RefusalError(sentence, code="unreachable") from error

    async def _read(self) -> None:
        while True:
            await self._read_until_closed()
            code = self._socket.close_code
            if code in CLOSED or code == NORMAL or not await self._come_back():
                self._on_message({"type": "lost", "message": _sentence(code), "code": code})
                return
            self._on_message({"type": "back"})

    async def _read_until_closed(self) -> None:
        async for received in self._socket:
            if received.type is not aiohttp.WSMsgType.TEXT:
                continue
            message = json.loads(received.data)
            if message.get("type") != "pong":
                self._on_message(message)

    async def _come_back(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(RETURN_SECONDS):
                while True:
                    await asyncio.sleep(TRY_EVERY_SECONDS)
                    with suppress(RobotError):
                        self._socket = await self._opener()
                        return True
        return False

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            with suppress(RefusalError):
                await self.send({"type": "ping"})


def _sentence(code: int | None) -> str:
    return CLOSED.get(code or 0, f"The server closed the connection (code {code}).")


async def open_door(
    http: aiohttp.ClientSession, *, at: Site, door: str, on_message: Callable[[Message], None]
) -> Door:
    """Open the socket `ccp` or `call`; RobotError if the server does not let us in."""

    async def opener() -> Socket:
        try:
            return await http.ws_connect(at.socket(door), origin=at.origin)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RobotError(f"{at.socket(door)} cannot be opened: {error}.") from error

    return Door(await opener(), opener=opener, on_message=on_message)
