"""A socket's bounded inbox."""

import asyncio
from contextlib import suppress

from apps.core.bus.hub import Message, hub


class Mailbox:
    """Filled from any thread, read in one event loop.

    When a slow reader lets it fill up, the oldest messages go: every message on a live page is
    whole, so the newest is the one that counts. `RESYNC` stands for messages that may be lost.
    """

    RESYNC: Message = {"type": "bus.resync"}

    def __init__(self, *topics: str, size: int = 32) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Message] = asyncio.Queue(size)
        self._ends = [hub.subscribe(topic, self._put) for topic in topics]
        self._ends.append(hub.on_reconnected(lambda: self._put(self.RESYNC)))

    async def get(self) -> Message:
        return await self._queue.get()

    def close(self) -> None:
        for end in self._ends:
            end()
        self._ends.clear()

    def _put(self, message: Message) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is reading any more
            self._loop.call_soon_threadsafe(self._store, message)

    def _store(self, message: Message) -> None:
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(message)
