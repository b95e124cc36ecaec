"""The media engine of one process: the calls alive in it, one socket, one ticker, one sweep.

Control says what a call shall be (`sync`), a browser says how it can be reached (`negotiate`); the
two may come in any order. Everything runs on one event loop and nothing here blocks it.
"""

import asyncio
import ipaddress
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from apps.media import webrtc
from apps.media.call import Call
from apps.media.desired import CallDesired, Tone
from apps.media.errors import MediaError
from apps.media.events import Event
from apps.media.leg import Leg, Transport
from apps.media.players import Library, Ticker
from apps.media.quality import Patience
from apps.media.recorder import JournalDesk, Recorder
from apps.media.wire import Wire

# For `sys.setswitchinterval` where other threads compute beside the engine: each of its calls into
# the kernel may cost it one interval. Measured: 0.5 ms, the value before, made ten times the delay.
SWITCH_SECONDS = 0.0001
SWEEP_SECONDS = 0.25
# A sweep later than this says that we could not listen, not that the peers were silent.
STALL_SECONDS = 1.0
# How long an ended call is remembered, so that a late offer or an old message finds it ended.
TOMBSTONE_SECONDS = 60.0
# A call without legs that control has not asked for in so long lives elsewhere, and the word of
# that was lost: control itself waits half a minute for a party that is gone.
DESERTED_SECONDS = 120.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Where the engine listens and how patient it is.

    `port` 0 takes a free one. `advertised` are the addresses told to browsers, best first; empty
    means `host`, which then must not be a wildcard. `boot_id` names this life of the process and
    is part of the names of the journals it writes into `journals_dir`.
    """

    assets_dir: Path
    journals_dir: Path
    host: str = "127.0.0.1"
    port: int = 0
    advertised: tuple[str, ...] = ()
    dead_leg_seconds: float = 3.0
    listener_seconds: float = 8.0
    unclaimed_leg_seconds: float = 15.0
    connect_seconds: float = 15.0
    control_silence_seconds: float = 5.0
    boot_id: str = field(default_factory=lambda: uuid4().hex)

    def addresses(self) -> tuple[str, ...]:
        """Return what browsers are told; raises MediaError when that would be nothing usable."""
        addresses = self.advertised or (self.host,)
        for address in addresses:
            try:
                usable = not ipaddress.ip_address(address).is_unspecified
            except ValueError:
                usable = False
            if not usable:
                raise MediaError(
                    "no_address", f"Browsers cannot reach {address!r}: set an address to advertise."
                )
        return addresses


class AnsweredTransport(Transport, Protocol):
    """A transport that an offer brought about."""

    @property
    def answer(self) -> str: ...


OpenLeg = Callable[[str], AnsweredTransport]


class Engine:
    """All calls of this process.

    `on_event` is called in the loop, in order, and must not block. `clock` is any monotonic time
    in seconds; `open_leg` makes a transport of an offer (tests put their own in its place).
    """

    def __init__(
        self,
        settings: EngineSettings,
        on_event: Callable[[Event], object],
        *,
        clock: Callable[[], float] = time.monotonic,
        open_leg: OpenLeg | None = None,
    ) -> None:
        self.settings = settings
        self.wire = Wire(clock=clock)
        self._on_event = on_event
        self._clock = clock
        self._open_leg: OpenLeg = open_leg or self._open_webrtc
        self._patience = Patience(settings.dead_leg_seconds, settings.listener_seconds)
        self._library = Library(settings.assets_dir)
        self._ticker = Ticker(clock=clock)
        self._desk = JournalDesk(clock=clock)
        self._calls: dict[str, Call] = {}
        self._ended_at: dict[str, float] = {}
        self._numbered = 0  # the highest number told of a call that was forgotten and may come back
        self._closing: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._swept_at = 0.0
        self._control_heard_at: float | None = None
        self._certificate: webrtc.Certificate | None = None

    # Life

    async def start(self) -> None:
        """Check what we rely on, bind the socket, make a fresh certificate.

        Raises MediaError (`library_changed`, `no_address`, `port_taken`).
        """
        webrtc.self_test()
        self.settings.addresses()
        self._certificate = webrtc.new_certificate()
        try:
            self.wire.open(self.settings.host, self.settings.port)
        except OSError as problem:
            where = f"{self.settings.host}:{self.settings.port}"
            raise MediaError(
                "port_taken", f"The media socket cannot be opened on {where}: {problem.strerror}."
            ) from problem
        self._swept_at = self._clock()
        self._later()

    async def aclose(self) -> None:
        """Say goodbye on every leg and free the socket; may be called twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for call in self._calls.values():
            call.close()
        self._calls.clear()
        self._ticker.close()
        while self._closing:
            await asyncio.gather(*self._closing, return_exceptions=True)
        await self._desk.aclose()
        self.wire.close()
        self._library.close()

    # What others ask

    def sync(self, desired: CallDesired) -> None:
        """Make a call what is desired. Older states are ignored, the same one is confirmed again.

        Call it in the loop.
        """
        room, now = self._call(desired.call), self._clock()
        room.sync(desired, now)
        if room.ended:
            self._ended_at.setdefault(desired.call, now)
        else:  # a call that was moved away may come back
            self._ended_at.pop(desired.call, None)

    async def negotiate(self, call: str, leg: str, offer_sdp: str) -> str:
        """Answer a leg's offer with all our candidates; raises MediaError.

        A second offer for the same leg replaces the first. The leg carries audio as soon as it is
        also desired; one that is not within `unclaimed_leg_seconds` is closed.
        """
        room = self._calls.get(call)
        if room is not None and room.ended:
            raise MediaError("call_ended", "This call has ended.")
        transport = self._open_leg(offer_sdp)
        room = self._call(call)
        party = Leg(leg, transport, room, clock=self._clock, counters=self.wire.counters)
        room.add(party)
        party.start()
        return transport.answer

    async def prepare(self, *tones: str) -> None:
        """Make tones now, so that the first one who hears them need not wait."""
        await asyncio.gather(*(self._library.frames(Tone(name)) for name in tones))

    def control_alive(self) -> None:
        """Control gave a sign of life; its silence is judged from the first one on (`sweep`)."""
        self._control_heard_at = self._clock()

    def load(self) -> dict[str, Any]:
        """Return how busy this node is: `calls`, `legs`, and the latest drain since last asked."""
        return {
            "calls": sum(not call.ended for call in self._calls.values()),
            "legs": sum(len(call.legs) for call in self._calls.values()),
            "drain_late_ms": round(self.wire.take_late() * 1000, 1),
        }

    def stats(self) -> dict[str, Any]:
        """Return what is alive and what was dropped since the start."""
        legs = [leg for call in self._calls.values() for leg in call.legs.values()]
        streams = [stream for leg in legs for stream in leg.streams]
        return {
            "calls": sum(not call.ended for call in self._calls.values()),
            "legs": len(legs),
            "connected_legs": sum(leg.life is not None for leg in legs),
            "packets_sent": sum(stream.packets for stream in streams),
            "unsupported_codec": sum(stream.unsupported for stream in streams),
            "drain_late_ms": round(self.wire.late * 1000, 1),
            **self.wire.counters,
        }

    # The sweep

    def sweep(self) -> None:
        """Close what is dead, unclaimed or left alone, send the reports and journals due."""
        now, unix = self._clock(), time.time()
        gap, self._swept_at = now - self._swept_at, now
        stalled = gap if gap > STALL_SECONDS else 0.0
        if self._control_heard_at is not None:
            self._control_heard_at += stalled
        for call in tuple(self._calls.values()):
            try:
                self._sweep_call(call, now, unix=unix, stalled=stalled)
            except Exception:  # one call must never cost another its turn, nor the journals theirs
                log.exception("call %s could not be swept", call.call)
        self._desk.flush(now)

    def _sweep_call(self, call: Call, now: float, *, unix: float, stalled: float) -> None:
        for leg in tuple(call.legs.values()):
            if leg.life is not None:
                leg.life.excuse(stalled)
            cause = self._why_give_up(leg, now)
            if cause:
                call.remove(leg, cause=cause)
            else:
                leg.report_when_due(now, unix=unix)
        call.wanted_at = now if call.legs else call.wanted_at + stalled
        self._end_alone(call, now)
        self._bury(call, now)

    def _why_give_up(self, leg: Leg, now: float) -> str:
        age = now - leg.born
        if leg.is_dead(now, self._patience):
            return "silent"
        if leg.life is None and age > self.settings.connect_seconds:
            return "not_connected"
        if not leg.claimed and age > self.settings.unclaimed_leg_seconds:
            return "unclaimed"
        return ""

    def _end_alone(self, call: Call, now: float) -> None:
        """End a call that is left alone and that control, silent, cannot end (decision 9).

        Deserted for long it ends even while control speaks.
        """
        if self._control_heard_at is None or not call.is_left_alone():
            return
        silence = now - max(self._control_heard_at, call.synced_at)
        is_deserted = now - call.wanted_at > DESERTED_SECONDS
        if silence > self.settings.control_silence_seconds or is_deserted:
            call.give_up()
            self._ended_at.setdefault(call.call, now)

    def _bury(self, call: Call, now: float) -> None:
        """Forget a call that never was desired, or that ended a minute ago.

        One that control has not ended may come back, and control takes no number twice.
        """
        ended_at = self._ended_at.get(call.call)
        over = ended_at is not None and now - ended_at > TOMBSTONE_SECONDS
        if over or (call.desired is None and not call.legs):
            del self._calls[call.call]
            self._ended_at.pop(call.call, None)
            if call.desired is not None and not call.desired.ended:
                self._numbered = max(self._numbered, call.sequence)

    def _later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(SWEEP_SECONDS, self._sweep_and_later)

    def _sweep_and_later(self) -> None:
        try:
            self.sweep()
        except Exception:
            log.exception("a sweep failed")
        self._later()

    # Helpers of the above

    def _call(self, call: str) -> Call:
        room = self._calls.get(call)
        if room is None:
            room = self._calls[call] = Call(
                call,
                library=self._library,
                ticker=self._ticker,
                publish=self._publish,
                close_leg=self._close_leg,
                new_recorder=self._new_recorder,
                numbered=self._numbered,
            )
        return room

    def _new_recorder(self, tell: Callable[..., None], changed: Callable[[], None]) -> Recorder:
        return Recorder(
            self._desk,
            folder=self.settings.journals_dir,
            boot_id=self.settings.boot_id,
            clock=self._clock,
            tell=tell,
            changed=changed,
        )

    def _open_webrtc(self, offer: str) -> AnsweredTransport:
        if self._certificate is None:
            raise MediaError("not_started", "The media engine is not running.")
        return webrtc.WebRtcTransport(
            offer,
            wire=self.wire,
            certificate=self._certificate,
            advertised=self.settings.addresses(),
            clock=self._clock,
        )

    def _close_leg(self, leg: Leg) -> None:
        task = asyncio.get_running_loop().create_task(leg.transport.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _publish(self, event: Event) -> None:
        """Hand an event over; a listener's mistake must not stop the packets."""
        try:
            self._on_event(event)
        except Exception:
            log.exception("nobody took the event %s", type(event).__name__)
