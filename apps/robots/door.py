"""A socket that speaks JSON: kept alive, its messages handed on one by one."""

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Self

import aiohttp

from apps.robots.errors import RobotError
from apps.robots.inbox import Message
from apps.robots.session import Site

PING_SECONDS = 5
CLOSED = {
    4000: "The server closed the call's connection.",
    4401: "The server does not take this session: log in again.",
    4403: "This user may not open the Contact Control Panel.",
    4404: "There is no such instance.",
    4409: "The session ended: somebody logged it out.",
}


class Door:
    """An open socket; `on_message` gets every message but pongs, and `lost` when it closes."""

    def __init__(
        self, socket: aiohttp.ClientWebSocketResponse, *, on_message: Callable[[Message], None]
    ) -> None:
        self._socket = socket
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
        """Send one message; RobotError if the socket is closed."""
        try:
            await self._socket.send_str(json.dumps(message))
        except (ConnectionError, aiohttp.ClientError) as error:
            raise RobotError(_sentence(self._socket.close_code)) from error

    async def _read(self) -> None:
        async for received in self._socket:
            if received.type is not aiohttp.WSMsgType.TEXT:
                continue
            message = json.loads(received.data)
            if message.get("type") != "pong":
                self._on_message(message)
        self._on_message({"type": "lost", "message": _sentence(self._socket.close_code)})

    async def _ping(self) -> None:
        while not self._socket.closed:
            await asyncio.sleep(PING_SECONDS)
            await self.send({"type": "ping"})


def _sentence(code: int | None) -> str:
    return CLOSED.get(code or 0, f"The server closed the connection (code {code}).")


async def open_door(
    http: aiohttp.ClientSession, *, at: Site, door: str, on_message: Callable[[Message], None]
) -> Door:
    """Open the socket `ccp` or `call`; RobotError if the server does not let us in."""
    try:
        socket = await http.ws_connect(at.socket(door), origin=at.origin)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise RobotError(f"{at.socket(door)} cannot be opened: {error}.") from error
    return Door(socket, on_message=on_message)
