"""Everything a robot reacts to, in one order."""

import asyncio
from typing import Any

Message = dict[str, Any]


class Inbox:
    """The server's messages, plus the robot's own: `stop`, `lost` (with a sentence), `alarm`."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Message] = asyncio.Queue()

    def put(self, message: Message) -> None:
        self._queue.put_nowait(message)

    def stop(self) -> None:
        """Ask the robot to end its call and leave; safe to call from a signal handler."""
        self.put({"type": "stop"})

    def alarm(self, seconds: float, *, of: str) -> asyncio.TimerHandle:
        """Put an `alarm` named `of` after so many seconds, unless the handle is cancelled."""
        loop = asyncio.get_running_loop()
        return loop.call_later(seconds, self.put, {"type": "alarm", "of": of})

    async def take(self) -> Message:
        return await self._queue.get()
