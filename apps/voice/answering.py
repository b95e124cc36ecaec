"""A media node's end of the questions that come over the bus; the other end is `asking`."""

import asyncio
from collections.abc import Awaitable, Callable

from apps.core import bus
from apps.media.errors import MediaError

REMEMBERED = 500  # answers; a question is asked again for a few seconds only

Negotiate = Callable[[str, str, str], Awaitable[str]]


class Answers:
    """A question that is asked again gets the same answer: another one would be of another leg."""

    def __init__(self, negotiate: Negotiate) -> None:
        self._negotiate = negotiate
        self._given: dict[str, asyncio.Task[bus.Message]] = {}

    async def answer(self, question: bus.Message) -> None:
        """Send the SDP, or the refusal with its code, to whoever asks."""
        key = str(question["id"])
        if key not in self._given:
            self._given[key] = asyncio.create_task(self._found(question))
            if len(self._given) > REMEMBERED:
                del self._given[next(iter(self._given))]
        answer = await self._given[key]
        await asyncio.to_thread(bus.publish_now, str(question["reply_to"]), answer | {"id": key})

    async def _found(self, question: bus.Message) -> bus.Message:
        call, leg, offer = (str(question[name]) for name in ("call", "leg", "offer"))
        try:
            return {"sdp": await self._negotiate(call, leg, offer)}
        except MediaError as error:
            return {"kind": "refused", "code": error.code, "message": error.message}
