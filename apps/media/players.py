"""Prompts, music and tones as one more source of packets: frames encoded long before.

All players share one ticker that counts 20 ms steps on the loop's clock, so they neither drift nor
cost a task each.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from apps.media.assets import Frame, Frames, read_asset
from apps.media.builtin import builtin_asset
from apps.media.codec import FRAME_SECONDS, Codec
from apps.media.desired import Clip, PlayerDesired, PlayItem, Silence, Tone
from apps.media.encoding import ULAW_TO_ALAW
from apps.media.outgoing import OutgoingStream
from apps.media.rtp import MARKER, Packet

FRAME_MS = 20
REMEMBERED = 256  # assets kept in memory, the least used go first
# After a longer stall sound is skipped, not sent in one burst.
CATCH_UP = 5
log = logging.getLogger(__name__)


class Library:
    """Frames by item, read or made at first use in a thread, then kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: OrderedDict[PlayItem, asyncio.Future[Frames]] = OrderedDict()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="media-assets")

    def frames(self, item: PlayItem) -> asyncio.Future[Frames]:
        """Return what will be the frames; its exception is AssetError."""
        known = self._kept.get(item)
        if known is not None:
            self._kept.move_to_end(item)
            return known
        future = asyncio.get_running_loop().run_in_executor(self._threads, self._load, item)
        self._kept[item] = future
        future.add_done_callback(lambda done: self._loaded(item, done))
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return future

    def close(self) -> None:
        """Drop what is still being made."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _loaded(self, item: PlayItem, done: asyncio.Future[Frames]) -> None:
        """Try a failed item anew next time: a prompt may be rendered late."""
        if (done.cancelled() or done.exception()) and self._kept.get(item) is done:
            del self._kept[item]

    def _load(self, item: PlayItem) -> Frames:
        match item:
            case Clip(asset):
                return read_asset(self._folder, asset)
            case Tone(name):
                return read_asset(self._folder, builtin_asset(self._folder, name))
            case Silence(ms):
                return (None,) * -(-ms // FRAME_MS)


class Player:
    """Plays one list to whoever is routed to it; time goes on whether anybody listens or not."""

    def __init__(
        self,
        desired: PlayerDesired,
        library: Library,
        *,
        on_end: Callable[[], None],
        on_failure: Callable[[int], None],
    ) -> None:
        self.desired = desired
        self.routes: tuple[OutgoingStream, ...] = ()
        self.ended = False
        self._on_end = on_end
        self._on_failure = on_failure
        self._items: Sequence[asyncio.Future[Frames]] = [library.frames(i) for i in desired.items]
        self._failed: set[int] = set()
        self._item = self._frame = 0
        self._sequence = self._frames = 0
        self._pause = True

    def tick(self, now: float) -> None:
        """Play the next 20 ms; while an item is still being loaded, time stands still."""
        frames = self._current()
        if frames is None:
            return
        frame = frames[self._frame]
        self._frame += 1
        self._frames += 1
        if frame is None:
            self._pause = True
            return
        self._sequence += 1
        marker, self._pause = (MARKER if self._pause else 0), False
        packets: dict[Codec, Packet] = {}
        for stream in self.routes:
            codec = stream.audio
            if codec is not None:
                if codec not in packets:
                    packets[codec] = self._packet(codec, frame, marker)
                stream.forward(self, packets[codec], now)

    def _current(self) -> Frames | None:
        """Return the item being played, moving on past what is finished or cannot be had."""
        for _ in range(len(self._items) + 1):
            if self.ended or not self._items:
                break
            future = self._items[self._item]
            if not future.done():
                return None
            frames = self._outcome(future)
            if self._frame < len(frames):
                return frames
            self._advance()
        if not self.ended and (not self._items or not self.desired.loop):
            self._end()
        return None

    def _outcome(self, future: asyncio.Future[Frames]) -> Frames:
        problem = None if future.cancelled() else future.exception()
        if problem is None and not future.cancelled():
            return future.result()
        if self._item not in self._failed:
            self._failed.add(self._item)
            log.warning("an item cannot be played: %s", problem)
            self._on_failure(self._item)
        return ()

    def _advance(self) -> None:
        self._item, self._frame = self._item + 1, 0
        if self._item == len(self._items):
            if self.desired.loop:
                self._item = 0
            else:
                self._end()

    def _end(self) -> None:
        self.ended = True
        self._on_end()

    def _packet(self, codec: Codec, frame: Frame, marker: int) -> Packet:
        match codec:
            case Codec.OPUS:
                payload = frame.opus
            case Codec.PCMU:
                payload = frame.pcmu
            case _:
                payload = frame.pcmu.translate(ULAW_TO_ALAW)
        timestamp = self._frames * codec.clock_rate // 50
        return codec, marker, self._sequence, timestamp, payload


class Ticker:
    """Calls every player each 20 ms, counted from one start so that nothing drifts."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._players: set[Player] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def add(self, player: Player) -> None:
        self._players.add(player)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._due = loop.time()
            self._timer = loop.call_at(self._due, self._step)

    def discard(self, player: Player) -> None:
        self._players.discard(player)

    def close(self) -> None:
        """Stop; may be called twice."""
        self._players.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _step(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now - self._due > CATCH_UP * FRAME_SECONDS:
            self._due = now
        while self._due <= now:
            self._due += FRAME_SECONDS
            self._tick_all()
        self._timer = loop.call_at(self._due, self._step) if self._players else None

    def _tick_all(self) -> None:
        now = self._clock()
        for player in tuple(self._players):
            try:
                player.tick(now)
            except Exception:
                log.exception("a player failed and is stopped")
                self._players.discard(player)
            if player.ended:
                self._players.discard(player)
