"""The embedded house: every part in one process, started and stopped in order."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence

from apps.core.acting import Actor, Door, acting
from connect.health import READY, STOPPED, readiness
from connect.serving.daphne import Edge
from connect.serving.parts import Part
from connect.serving.ports import url_of

STOP_SECONDS = 8.0  # for one part; what takes longer is left behind
HTTP = "http"

_log = logging.getLogger(__name__)


class House:
    """The parts start one after the other and stop the other way round."""

    def __init__(
        self,
        edge: Edge,
        parts: Sequence[Part],
        *,
        on_ready: Callable[[str], None],
        drain: Callable[[], Awaitable[None]] | None = None,
        drain_seconds: float = 0.0,
    ) -> None:
        """`on_ready` is told the address once calls can be made.

        `drain` returns when nobody needs the process any more; it has `drain_seconds` for that,
        and a second request to stop cuts it short.
        """
        self._edge = edge
        self._parts = parts
        self._on_ready = on_ready
        self._drain = drain
        self._drain_seconds = drain_seconds
        self._is_ready = False
        self._stop = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._failure: Exception | None = None

    def run(self) -> None:
        """Serve until SIGTERM, Ctrl-C or `request_stop`; raises what kept a part from starting."""
        readiness.expect([HTTP, *(part.name for part in self._parts)])
        with acting(Actor(Door.SYSTEM)):  # no longer the command that started it
            self._edge.run_until_stopped(self._begin)
        failure = self._edge.error or self._failure
        if failure is not None:
            raise failure

    def request_stop(self) -> None:
        """Begin to go down; harmless when already on the way. Call in the loop."""
        self._stop.set()

    def leave(self) -> None:
        """Go down at once, without a farewell. Call in the loop."""
        self._drain = None
        self._stop.set()

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.request_stop)
        self._life = loop.create_task(self._live())

    async def _live(self) -> None:
        try:
            await self._start_unless_stopped()
            await self._stop.wait()
            await self._say_farewell()
        except Exception as error:
            self._failure = error
        finally:
            readiness.stop()
            await self._stop_everything()
            self._edge.stop()

    async def _say_farewell(self) -> None:
        """Let those finish who are here; whatever goes wrong with that does not hold us."""
        if self._drain is None or not self._is_ready:
            return
        readiness.stop()
        self._stop.clear()
        draining = asyncio.ensure_future(self._drain())
        hurried = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait(
            {draining, hurried},
            timeout=self._drain_seconds,
            return_when=asyncio.FIRST_COMPLETED,
        )
        hurried.cancel()
        draining.cancel()

    async def _start_unless_stopped(self) -> None:
        """A stop that is asked for during the start does not wait for its end."""
        starting = asyncio.ensure_future(self._start_parts())
        stopping = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if starting.done():
            starting.result()
        else:
            starting.cancel()

    async def _start_parts(self) -> None:
        readiness.mark(HTTP, READY)
        for part in self._parts:
            await part.start()
            readiness.mark(part.name, READY)
        self._is_ready = True
        self._on_ready(url_of(*self._edge.address))

    async def _stop_everything(self) -> None:
        await self._edge.stop_listening()
        readiness.mark(HTTP, STOPPED)
        for part in reversed(self._parts):
            await self._stop_part(part)
        await _cancel_other_tasks()

    async def _stop_part(self, part: Part) -> None:
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await part.stop()
        except TimeoutError:
            _log.warning("%s did not stop in time and was left behind", part.name)
        except Exception:
            _log.exception("%s failed to stop", part.name)
        readiness.mark(part.name, STOPPED)


async def _cancel_other_tasks() -> None:
    """End open requests and sockets, so that nothing is cut off in the middle of a step."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=STOP_SECONDS)
