"""The media engine of this process, with control's wire to it."""

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings

from apps.core import bus
from apps.media.desired import CallDesired
from apps.media.engine import Engine, EngineSettings
from apps.voice.courier import EventCourier
from apps.voice.errors import MediaUnavailable
from apps.voice.services import media_events


class MediaNode:
    """Start it in the loop that shall carry the media; one per process."""

    def __init__(self, engine_settings: EngineSettings) -> None:
        self._courier = EventCourier(media_events.handle)
        self.engine = Engine(engine_settings, self._courier.deliver)
        self._unsubscribe: Callable[[], None] | None = None

    async def start(self) -> None:
        """Self-test, bind, make the common sounds, listen for desired states."""
        await self.engine.start()
        await self.engine.prepare("music", "comfort", "beep", "ringback-us")
        loop = asyncio.get_running_loop()

        def receive(message: bus.Message) -> None:
            with suppress(RuntimeError):  # the loop is closed: the process is going down
                loop.call_soon_threadsafe(self.engine.sync, CallDesired.from_dict(message))

        self._unsubscribe = bus.subscribe(f"media.{settings.MEDIA_NODE}", receive)
        _running.append(self)
        # What lives from the start stays for good: the collector need not look at it in mid-call.
        gc.collect()
        gc.freeze()

    async def aclose(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
        with suppress(ValueError):
            _running.remove(self)
        await self.engine.aclose()
        await self._courier.aclose()


_running: list[MediaNode] = []


async def negotiate(*, call: str, leg: str, offer: str) -> str:
    """The SDP answer for a leg's offer, from the node that owns the call."""
    if not _running:
        raise MediaUnavailable
    return await _running[-1].engine.negotiate(call, leg, offer)
