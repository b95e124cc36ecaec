"""An engine with pretended legs and a pretended clock."""

from pathlib import Path
from struct import pack
from typing import Any

from apps.media.codec import Codec
from apps.media.desired import CallDesired, LegDesired
from apps.media.engine import Engine, EngineSettings
from apps.media.events import Applied, Event, LegLost
from apps.media.journal_reader import JournalTrack, read
from apps.media.leg import Leg, Line, Negotiated


class PretendedPath:
    """A leg's path without a network; the offer is the number of lines, 'listen' adds no sound."""

    answer = "answer"

    def __init__(self, offer: str) -> None:
        count, _, listens = offer.partition(" ")
        types = {Codec.OPUS: 111}
        lines = tuple(Line(ssrc, types) for ssrc in range(1, int(count) + 1))
        self.negotiated = Negotiated(
            lines, {} if listens else {111: Codec.OPUS, 110: Codec.EVENT_48K}
        )
        self.sent: list[bytes] = []
        self.reports: list[bytes] = []
        self.closed = False
        self.leg: Leg | None = None

    def start(self, leg: Leg) -> None:
        self.leg = leg

    def send_rtp(self, packet: bytes) -> None:
        self.sent.append(packet)

    def send_rtcp(self, packet: bytes) -> None:
        self.reports.append(packet)

    async def close(self) -> None:
        self.closed = True

    def come_up(self) -> Leg:
        assert self.leg is not None
        self.leg.up()
        return self.leg

    def speak(
        self, sequence: int, now: float, *, payload: bytes = b"x", payload_type: int = 111
    ) -> None:
        assert self.leg is not None
        header = pack("!BBHII", 0x80, payload_type, sequence, sequence * 960, 77)
        self.leg.rtp(header + payload, now)


class Stage:
    """An engine whose clock stands still until it is moved."""

    def __init__(self, folder: Path) -> None:
        self.now = 1000.0
        self.events: list[Event] = []
        self.paths: list[PretendedPath] = []
        self.folder = folder
        self.engine = self._new_engine()

    def _new_engine(self) -> Engine:
        engine = Engine(
            EngineSettings(assets_dir=self.folder, journals_dir=self.folder / "journals"),
            self.events.append,
            clock=lambda: self.now,
            open_leg=self._open,
        )
        engine.sweep()
        return engine

    async def restart(self) -> None:
        """Go on with a new engine, which knows nothing."""
        await self.engine.aclose()
        self.events.clear()
        self.engine = self._new_engine()

    def _open(self, offer: str) -> PretendedPath:
        self.paths.append(PretendedPath(offer))
        return self.paths[-1]

    async def join(
        self, leg: str, *, call: str = "call", offer: str = "1", up: bool = True
    ) -> PretendedPath:
        await self.engine.negotiate(call, leg, offer)
        if up:
            self.paths[-1].come_up()
        return self.paths[-1]

    def want(self, version: int, *legs: LegDesired, epoch: int = 1, **more: Any) -> None:
        self.engine.sync(CallDesired("call", epoch, version, legs=legs, **more))

    def wait(self, seconds: float) -> None:
        """Let time pass as it does for the engine: swept four times a second."""
        for _ in range(round(seconds * 4)):
            self.now += 0.25
            self.engine.sweep()

    def lost(self) -> list[tuple[str, str]]:
        return [(e.leg, e.cause) for e in self.events if isinstance(e, LegLost)]

    def applied(self) -> list[tuple[int, int]]:
        return [(e.epoch, e.version) for e in self.events if isinstance(e, Applied)]

    def told(self, *kinds: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kinds)]

    def tracks(self, recording: str) -> list[JournalTrack]:
        """What lies on the disk of a recording, by name."""
        files = sorted((self.folder / "journals" / recording).glob("*.journal"))
        return [read(file) for file in files]
