"""Carries the engine's events to control: in order, one in flight per call, kept until handled."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from apps.media.events import Event

HandOver = Callable[[Event], Awaitable[None]]

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)  # then every 5 s: a stopped database comes back

_log = logging.getLogger(__name__)


class EventCourier:
    """`deliver` is called in the event loop; `hand_over` returns once control has taken it."""

    def __init__(self, hand_over: HandOver) -> None:
        self._hand_over_once = hand_over
        self._waiting: dict[str, deque[Event]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_idle(self) -> bool:
        """Whether all that happened is known to control."""
        return not self._waiting

    def deliver(self, event: Event) -> None:
        line = self._waiting.get(event.call)
        if line is not None:
            line.append(event)
            return
        self._waiting[event.call] = deque([event])
        task = asyncio.get_running_loop().create_task(self._carry(event.call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Stop; what is not handled yet is lost, as in a crash, and found again by the sweep."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, call: str) -> None:
        line = self._waiting[call]
        try:
            while line:
                await self._hand_over(line[0])
                line.popleft()
        finally:
            del self._waiting[call]

    async def _hand_over(self, event: Event) -> None:
        attempt = 0
        while True:
            try:
                await self._hand_over_once(event)
            except Exception as error:
                _log.warning("A media event was not handled; it is tried again", exc_info=error)
                await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
                attempt += 1
            else:
                return
