"""A page that says nothing is asked; one that does not answer either is gone (SR-071)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

Act = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)


class Silence:
    """One timer per page, begun anew with each message.

    Pages ping by themselves, but a browser slows the timers of a hidden one to one a minute. What
    it hears it can answer at once.
    """

    def __init__(self, *, ask: Act, give_up: Act) -> None:
        self._ask, self._give_up = ask, give_up
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None  # the loop keeps only a weak hold on a task

    def broken(self, *, seconds: float) -> None:
        """The page was heard: it is asked after half of these seconds of silence."""
        self._wait(seconds / 2, lambda: self._asked(seconds / 2))

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _asked(self, left: float) -> None:
        self._do(self._ask)
        self._wait(left, lambda: self._do(self._give_up))

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self.end()
        self._timer = asyncio.get_running_loop().call_later(seconds, then)

    def _do(self, act: Act) -> None:
        self._task = asyncio.get_running_loop().create_task(_heard_of(act))


async def _heard_of(act: Act) -> None:
    """Nobody waits for the task: what fails in it is told here or never."""
    try:
        await act()
    except Exception:
        _log.exception("A silent page could not be asked, or not be given up")
