"""One party's attachment to a call: what it says goes to its routes, what it hears are its streams.

Knows RTP and nothing of how packets travel; a transport brings them decrypted and takes them plain.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import randbits
from typing import Protocol

from apps.media import rtcp as reports
from apps.media.codec import Codec
from apps.media.dtmf import DigitReader
from apps.media.journal import Heard, Journal
from apps.media.outgoing import OutgoingStream
from apps.media.quality import Patience, Reception, SignsOfLife
from apps.media.rtp import HEADER, MARKER, payload_of

REPORT_SECONDS = 2.5
_unpack = HEADER.unpack_from


@dataclass(frozen=True, slots=True)
class Line:
    """An audio line of the answer on which we send: our SSRC and the payload types to use."""

    ssrc: int
    payload_types: Mapping[Codec, int]


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What an answer settled. `incoming` is empty for a leg that only listens."""

    lines: tuple[Line, ...]
    incoming: Mapping[int, Codec] = field(default_factory=dict)


class Transport(Protocol):
    """How a leg's packets travel."""

    @property
    def negotiated(self) -> Negotiated: ...

    def start(self, leg: "Leg") -> None:
        """Bring the path up; tells the leg `up`, `rtp`, `rtcp`, `alive` and `lost`."""

    def send_rtp(self, packet: bytes) -> None: ...

    def send_rtcp(self, packet: bytes) -> None: ...

    async def close(self) -> None:
        """Say goodbye to the peer and free everything; may be called twice."""


class Listener(Protocol):
    """Who is told what happens to a leg."""

    def leg_up(self, leg: "Leg") -> None: ...

    def leg_lost(self, leg: "Leg", cause: str) -> None: ...

    def leg_digit(self, leg: "Leg", digit: str) -> None: ...


class Leg:
    """The data plane of one leg.

    `routes` are the streams of the legs that hear it, `tapes` the journals that keep what it says.
    """

    def __init__(
        self,
        leg: str,
        transport: Transport,
        listener: Listener,
        *,
        clock: Callable[[], float],
        counters: Counter[str],
    ) -> None:
        negotiated = transport.negotiated
        self.leg = leg
        self.born = clock()
        self.claimed = False  # whether a desired state has named it
        self.life: SignsOfLife | None = None  # None until the path is up
        self.reception: Reception | None = None
        self.routes: tuple[OutgoingStream, ...] = ()
        self.tapes: tuple[Journal, ...] = ()
        self.streams = tuple(
            OutgoingStream(line.payload_types, transport.send_rtp, ssrc=line.ssrc)
            for line in negotiated.lines
        )
        self.transport = transport
        self._listener = listener
        self._clock = clock
        self._counters = counters
        self._codecs = dict(negotiated.incoming)
        self._digits = DigitReader()
        self._ssrc = self.streams[0].ssrc if self.streams else randbits(32)
        self._heard_report: tuple[int, float] | None = None
        self._reported_at = self.born
        self._reported_packets = [0] * len(self.streams)

    @property
    def two_way(self) -> bool:
        """Whether the peer speaks at all."""
        return bool(self._codecs)

    def start(self) -> None:
        self.transport.start(self)

    # What the transport tells

    def up(self) -> None:
        """The path is there and its keys are agreed."""
        self.life = SignsOfLife.since(self._clock())
        self._listener.leg_up(self)

    def lost(self, cause: str) -> None:
        self._listener.leg_lost(self, cause)

    def alive(self, now: float) -> None:
        """A path check with the right password came."""
        if self.life is not None:
            self.life.last_stun = now

    def rtp(self, data: bytes, now: float) -> None:
        """Take one authentic packet: count it, read key presses, pass it on."""
        codec = self._codecs.get(data[1] & 0x7F)
        if codec is None:
            self._counters["unknown_payload_type"] += 1
            return
        _, second, sequence, timestamp, ssrc = _unpack(data)
        reception = self.reception
        if reception is None or reception.ssrc != ssrc:
            reception = self._new_sender(ssrc, sequence, codec)
        if codec.is_event:
            reception.packet(sequence, None, now)
            self._key_press(ssrc, timestamp, data)
        else:
            reception.packet(sequence, timestamp, now)
        if self.life is not None:
            self.life.last_rtp = now
        routes = self.routes
        if routes:
            packet = (codec, second & MARKER, sequence, timestamp, payload_of(data))
            for stream in routes:
                stream.forward(reception, packet, now)
        if self.tapes:
            self._tape((now, codec, sequence, timestamp, payload_of(data)))

    def rtcp(self, data: bytes, now: float) -> None:
        """Take one authentic report: what the peer says of the streams it hears."""
        if self.life is not None:
            self.life.last_rtp = now
        said = reports.sender_ntp(data)
        if said is not None:
            self._heard_report = (said, now)
        for block in reports.blocks_in(data):
            for stream in self.streams:
                if stream.ssrc == block.ssrc:
                    stream.reported_loss = block.fraction_lost

    def _new_sender(self, ssrc: int, sequence: int, codec: Codec) -> Reception:
        """A new SSRC counts anew; to the listeners it is a new source."""
        self.reception = Reception(ssrc, sequence, clock_rate=codec.clock_rate)
        return self.reception

    def _tape(self, heard: Heard) -> None:
        """Keep what is said; a key press may be a card number and is not kept."""
        if not heard[1].is_event:
            for journal in self.tapes:
                journal.packets.append(heard)

    def _key_press(self, ssrc: int, timestamp: int, data: bytes) -> None:
        digit = self._digits.feed(ssrc, timestamp, payload_of(data))
        if digit is not None:
            self._listener.leg_digit(self, digit)

    # What is due from time to time

    def is_dead(self, now: float, patience: Patience) -> bool:
        """Whether the peer has been silent for longer than it may."""
        life = self.life
        return life is not None and life.is_dead(now, two_way=self.two_way, patience=patience)

    def report_when_due(self, now: float, *, unix: float) -> None:
        """Send the peer a report every 2.5 s."""
        if self.life is not None and now - self._reported_at >= REPORT_SECONDS:
            self._reported_at = now
            for packet in self._reports(now, unix):
                self.transport.send_rtcp(packet)

    def _reports(self, now: float, unix: float) -> list[bytes]:
        """One report for every line we have sent on since the last time, at least one."""
        blocks = self._blocks(now)
        packets = []
        for index, stream in enumerate(self.streams):
            if stream.packets != self._reported_packets[index]:
                self._reported_packets[index] = stream.packets
                stamp = stream.timestamp_at(now)
                sent = reports.Sent(unix, stamp, stream.packets, stream.octets)
                packets.append(reports.report(stream.ssrc, "connect", sent=sent, blocks=blocks))
                blocks = []
        if blocks or not packets:
            packets.append(reports.report(self._ssrc, "connect", sent=None, blocks=blocks))
        return packets

    def _blocks(self, now: float) -> list[reports.Block]:
        """What we say of the peer's sound: the worse of our loss and that of whoever hears it.

        A sender adds error correction by what it is told, and the listener's path needs it too.
        """
        reception = self.reception
        if reception is None:
            return []
        worst = max((stream.reported_loss for stream in self.routes), default=0.0)
        last, delay = 0, 0
        if self._heard_report is not None:
            last, delay = self._heard_report[0], round((now - self._heard_report[1]) * 65536)
        block = reports.Block(
            ssrc=reception.ssrc,
            fraction_lost=max(reception.fraction_lost(), worst),
            lost=reception.lost,
            highest=reception.highest,
            jitter=round(reception.jitter),
            last_report=last,
            delay=delay,
        )
        return [block]
