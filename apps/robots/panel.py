"""The agent's side of the panel socket: commands and media offers out, pictures in."""

import asyncio
import itertools
from typing import Any
from uuid import uuid4

from apps.robots.door import SIGNED_OUT, Door
from apps.robots.errors import RefusalError, RobotError, SignedOutError
from apps.robots.inbox import Inbox, Message

ANSWER_SECONDS = 10


class Panel:
    """Messages that answer something of ours end here; all others go on to `inbox`."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._tab = str(uuid4())
        self._ids = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Message]] = {}

    def receive(self, message: Message) -> None:
        """Take one message of the door; what was asked on a door that broke is not answered."""
        if message["type"] == "lost":
            is_out = message.get("code") == SIGNED_OUT
            self._fail((SignedOutError if is_out else RobotError)(message["message"]))
        if message["type"] == "back":
            self._fail(RefusalError("The connection was lost.", code="unreachable"))
        waiting = self._waiting.pop(str(message.get("id")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
        else:
            self._inbox.put(message)

    async def hello(self, door: Door) -> None:
        """Introduce this tab as the one that has audio."""
        softphone = {"ready": True, "error": None}
        await door.send({"type": "hello", "panel": self._tab, "softphone": softphone})

    async def command(
        self, door: Door, name: str, *, said_at: str | None = None, **params: Any
    ) -> None:
        """Carry out a command; RefusalError with the server's sentence if it is declined.

        `said_at`: when it was asked for first, if that may be heard late.
        """
        request = {"type": "command", "name": name, "params": params, "said_at": said_at}
        await self._ask(door, request)

    async def offer(self, door: Door, *, connection: str, generation: int, sdp: str) -> str:
        """Offer audio for a connection and return the server's answer."""
        request = {
            "type": "media.offer",
            "connection": connection,
            "generation": generation,
            "sdp": sdp,
        }
        answer = await self._ask(door, request)
        return str(answer["sdp"])

    def _fail(self, error: RobotError) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(error)
        self._waiting.clear()

    async def _ask(self, door: Door, request: Message) -> Message:
        key = str(next(self._ids))
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[key] = answer
        await door.send(request | {"id": key})
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                message = await answer
        except TimeoutError:
            sentence = "The server did not answer the panel's command."
            raise RefusalError(sentence, code="unanswered") from None
        if message.get("ok") is False:
            error = message["error"]
            generation = error.get("generation")
            raise RefusalError(error["message"], code=error["code"], generation=generation)
        return message
