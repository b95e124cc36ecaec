"""The line from a media node to control over Redis; nothing here touches the database."""

import asyncio
import json
from contextlib import suppress
from datetime import timedelta

from redis.exceptions import RedisError

from apps.contacts.domain.nodes import Heartbeat
from apps.core import bus
from apps.media.events import Event
from apps.voice.errors import SlotTaken
from apps.voice.wire import EVENTS_LIST, HEARTBEATS, reply_topic

ACKNOWLEDGED_WITHIN = 1.0  # seconds; then the event is sent once more, which changes nothing
CLAIM_LASTS = timedelta(seconds=3)  # a killed process' slot is free again after it
CLAIM_TRIES_EVERY = 0.5


class RedisLine:
    """Events lie in a list until a control process takes one, and are sent until acknowledged."""

    def __init__(self, boot_id: str) -> None:
        self._boot_id = boot_id
        self._redis = bus.redis_client(patience=1.0)
        self._slot = ""
        self._acknowledged: dict[tuple[str, int], asyncio.Future[None]] = {}
        self._end = bus.subscribe(reply_topic(boot_id), self._answered)

    async def open(self, beat: Heartbeat) -> None:
        """A process that was killed keeps its slot for three seconds: wait that long."""
        self._slot, self._loop = beat.slot, asyncio.get_running_loop()
        tries = int(CLAIM_LASTS.total_seconds() / CLAIM_TRIES_EVERY) + 2
        for _ in range(tries):
            if await asyncio.to_thread(self._claim):
                return await self.beat(beat)
            await asyncio.sleep(CLAIM_TRIES_EVERY)
        raise SlotTaken(slot=self._slot)

    async def beat(self, beat: Heartbeat) -> None:
        with suppress(RedisError, OSError):  # Redis is away: the node goes on
            if not await asyncio.to_thread(self._claim):
                raise SlotTaken(slot=self._slot)
        await asyncio.to_thread(bus.publish_now, HEARTBEATS, beat.to_dict())

    async def hand_over(self, event: Event) -> None:
        key = (event.call, event.sequence)
        acknowledged = self._acknowledged[key] = self._loop.create_future()
        letter = json.dumps({"boot_id": self._boot_id, "event": event.to_dict()})
        try:
            async with asyncio.timeout(ACKNOWLEDGED_WITHIN):
                await asyncio.to_thread(self._redis.rpush, EVENTS_LIST, letter)
                await acknowledged
        finally:
            del self._acknowledged[key]

    async def aclose(self) -> None:
        self._end()
        with suppress(RedisError, OSError):
            await asyncio.to_thread(self._release)
        self._redis.close()

    def _claim(self) -> bool:
        """Take or keep the slot; False if another process has it.

        Our own claim may lapse between two questions: then it is free, and taken again.
        """
        key, lasts = f"connect:slot.{self._slot}", int(CLAIM_LASTS.total_seconds() * 1000)
        holder = ""
        while holder in ("", self._boot_id):
            if self._redis.set(key, self._boot_id, nx=True, px=lasts):
                return True
            holder = self._holder(key)
            if holder == self._boot_id and self._redis.pexpire(key, lasts):
                return True
        return False

    def _release(self) -> None:
        key = f"connect:slot.{self._slot}"
        if self._holder(key) == self._boot_id:
            self._redis.delete(key)

    def _holder(self, key: str) -> str:
        found = self._redis.get(key)
        return found.decode() if isinstance(found, bytes) else ""

    def _answered(self, message: bus.Message) -> None:
        with suppress(RuntimeError):  # the loop is closed: the process is going down
            self._loop.call_soon_threadsafe(self._settle, message)

    def _settle(self, message: bus.Message) -> None:
        waiting = self._acknowledged.get((str(message.get("call")), int(message["sequence"])))
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
