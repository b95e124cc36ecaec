"""The media engine of this process, with control's wire to it."""

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

from django.conf import settings

from apps.contacts.domain.nodes import Heartbeat
from apps.core import bus
from apps.media.desired import CallDesired
from apps.media.engine import Engine, EngineSettings
from apps.media.events import Event
from apps.voice.answering import Answers
from apps.voice.asking import ask_node
from apps.voice.courier import EventCourier
from apps.voice.errors import MediaUnavailable, SlotTaken
from apps.voice.wire import ALL_NODES, node_topic

CAPACITY = 200  # calls; what one core carries with room to spare
HEARTBEAT_SECONDS = 0.5

_log = logging.getLogger(__name__)


class ControlLine(Protocol):
    """What a node needs of control."""

    async def open(self, beat: Heartbeat) -> None:
        """Take the slot and be registered; raises SlotTaken."""

    async def beat(self, beat: Heartbeat) -> None:
        """Say that the node lives; raises SlotTaken if another process has its slot by now."""

    async def hand_over(self, event: Event) -> None:
        """Return once control has handled the event; raises if that is not known."""

    async def aclose(self) -> None:
        """Give the slot back."""


class MediaNode:
    """Start it in the loop that shall carry the media; one per process.

    `on_superseded` is called when another process has taken the slot: this one must go.
    """

    def __init__(
        self,
        engine_settings: EngineSettings,
        *,
        line: ControlLine,
        slot: str = "",
        capacity: int = CAPACITY,
        on_superseded: Callable[[], None] = lambda: None,
    ) -> None:
        self.slot = slot or settings.MEDIA_NODE
        self._line = line
        self._capacity = capacity
        self._on_superseded = on_superseded
        self._is_draining = False
        self._courier = EventCourier(line.hand_over)
        self.engine = Engine(engine_settings, self._courier.deliver)
        self._answers = Answers(self.engine.negotiate)
        self._ends: list[Callable[[], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Self-test, bind, make the common sounds, listen for desired states, take the slot."""
        self._loop = asyncio.get_running_loop()
        await self.engine.start()
        await self.engine.prepare("music", "comfort", "beep", "ringback-us")
        self._listen(node_topic(self.slot), self._told)
        self._listen(ALL_NODES, lambda _message: self.engine.control_alive())
        await self._line.open(self._word())
        self._do(self._beat())
        _running.append(self)
        # What lives from the start stays for good: the collector need not look at it in mid-call.
        gc.collect()
        gc.freeze()

    async def drain(self) -> None:
        """Take no new call; returns when none is left and control knows all that happened."""
        self._is_draining = True
        await self._line.beat(self._word())
        await self._until_empty()

    async def _until_empty(self) -> None:
        while self.engine.load()["calls"] or not self._courier.is_idle:  # noqa: ASYNC110
            # the engine tells nobody that its last call is over
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def aclose(self) -> None:
        for end in self._ends:
            end()
        with suppress(ValueError):
            _running.remove(self)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.engine.aclose()
        await self._courier.aclose()
        await self._line.aclose()

    def _listen(self, topic: str, take: Callable[[bus.Message], None]) -> None:
        def receive(message: bus.Message) -> None:
            with suppress(RuntimeError):  # the loop is closed: the process is going down
                self._loop.call_soon_threadsafe(take, message)

        self._ends.append(bus.subscribe(topic, receive))

    def _told(self, message: bus.Message) -> None:
        if message.get("kind") == "negotiate":
            self._do(self._answers.answer(message))
        else:
            self.engine.sync(CallDesired.from_dict(message))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await self._line.beat(self._word())
            except SlotTaken:
                _log.error("Another process has taken the slot %s; this one stops", self.slot)
                self._on_superseded()
                return
            except Exception:
                _log.exception("A heartbeat could not be sent; the next one follows")

    def _word(self) -> Heartbeat:
        load = self.engine.load()
        return Heartbeat(
            slot=self.slot,
            boot_id=self.engine.settings.boot_id,
            calls=load["calls"],
            capacity=self._capacity,
            is_draining=self._is_draining,
            late_ms=load["drain_late_ms"],
            address=self.engine.settings.addresses()[0],
        )

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_running: list[MediaNode] = []


async def negotiate(*, call: str, leg: str, offer: str, slot: str) -> str:
    """The SDP answer for a leg's offer, from the node that owns the call.

    Raises MediaError for what the node refuses, MediaUnavailable when there is none to answer.
    """
    if _running:
        return await _running[-1].engine.negotiate(call, leg, offer)
    if settings.IS_SCALE_OUT:
        return await ask_node(slot, call=call, leg=leg, offer=offer)
    raise MediaUnavailable
