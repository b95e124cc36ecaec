"""One outgoing RTP stream: own SSRC, sequence and timestamps, whatever source feeds it.

A receiver must see one unbroken stream. Packets of one source keep their distances, so that a loss
upstream stays visible (in-band FEC and concealment need the gap); when the source changes, numbers
go on from the last ones sent and the marker bit is set. Copying a source's own numbers would make
libsrtp refuse the older of two sources, in silence.
"""

import random
from collections.abc import Callable, Mapping

from apps.media.codec import AUDIO, EVENTS, FRAME_SECONDS, Codec
from apps.media.dtmf import retimed
from apps.media.rtp import HEADER, MARKER, Packet

# Sequence numbers this far off (10 s of sound) mean a sender that started anew, not a loss.
RESTART = 500

Send = Callable[[bytes], object]
_pack = HEADER.pack


class OutgoingStream:
    """What one leg hears on one of its audio lines.

    `payload_types` is what the receiver negotiated, `send` takes a plain RTP packet.
    `reported_loss` (0 to 1) is what the receiver said of the present source.
    """

    __slots__ = (
        "_clock_rate",
        "_codec",
        "_last_at",
        "_offset",
        "_offsets",
        "_payload_type",
        "_send",
        "_sequence",
        "_source",
        "_span",
        "_stamp_offset",
        "_timestamp",
        "audio",
        "event",
        "octets",
        "packets",
        "payload_types",
        "reported_loss",
        "ssrc",
        "unsupported",
    )

    def __init__(self, payload_types: Mapping[Codec, int], send: Send, *, ssrc: int) -> None:
        self.payload_types = dict(payload_types)
        self.audio = next((codec for codec in AUDIO if codec in payload_types), None)
        self.event = next((codec for codec in EVENTS if codec in payload_types), None)
        self.ssrc = ssrc
        self.packets = self.octets = self.unsupported = 0
        self.reported_loss = 0.0
        self._send = send
        self._source: object = None
        self._sequence = random.getrandbits(15)
        self._timestamp = random.getrandbits(31)
        self._last_at: float | None = None
        self._clock_rate = 0
        self._offset = 0  # of the sequence
        self._codec: Codec | None = None  # of the last packet, its type and offset of timestamps
        self._payload_type = 0
        self._stamp_offset = 0
        self._offsets: dict[int, int] = {}  # of the timestamps, by clock rate
        self._span = 0  # sequence numbers used since the source changed

    def release(self) -> None:
        """Forget the source: whatever comes next is a new one, even the same again."""
        self._source = None
        self.reported_loss = 0.0

    def forward(self, source: object, packet: Packet, now: float) -> None:
        """Send one packet of `source`, numbered as part of this stream.

        A codec the receiver did not negotiate is dropped and counted; key presses are re-timed to
        the event clock the receiver did negotiate.
        """
        codec, marker, sequence, timestamp, payload = packet
        if codec is not self._codec or source is not self._source:
            turned = self._turn(source, packet, now)
            if turned is None:
                return
            marker, timestamp, payload = turned
        out = (sequence + self._offset) & 0xFFFF
        stamp = (timestamp + self._stamp_offset) & 0xFFFFFFFF
        ahead = (out - self._sequence) & 0xFFFF
        if ahead < RESTART:
            self._sequence = out
            self._timestamp = stamp
            self._last_at = now
            self._span += ahead
        elif ahead <= 0x10000 - RESTART:
            self._source = None
            self.forward(source, packet, now)
            return
        elif 0x10000 - ahead >= self._span:
            return  # late, from before the switch: its number is taken
        self.packets += 1
        self.octets += len(payload)
        self._send(_pack(0x80, marker | self._payload_type, out, stamp, self.ssrc) + payload)

    def timestamp_at(self, now: float) -> int:
        """Return what the timestamp would be now, for a sender report."""
        passed = 0.0 if self._last_at is None else now - self._last_at
        return (self._timestamp + round(passed * self._clock_rate)) & 0xFFFFFFFF

    def _turn(self, source: object, packet: Packet, now: float) -> tuple[int, int, bytes] | None:
        """Get ready for another source or codec.

        Return the packet's marker, timestamp and payload as they are to be sent; None drops it.
        """
        codec, marker, sequence, timestamp, payload = packet
        if codec not in self.payload_types:
            if not codec.is_event or self.event is None:
                self.unsupported += 1
                return None
            timestamp, payload = retimed(timestamp, payload, have=codec, want=self.event)
            codec = self.event
        if source is not self._source:
            marker = self._switch(source, sequence)
        if codec is not self._codec:
            self._stamp(codec, timestamp, now)
        return marker, timestamp, payload

    def _switch(self, source: object, sequence: int) -> int:
        """Let the next packet, `sequence`, follow the last one sent; return the marker bit."""
        self._source = source
        self._codec = None
        self._offset = (self._sequence + 1 - sequence) & 0xFFFF
        self._offsets.clear()
        self._span = 0
        return MARKER

    def _stamp(self, codec: Codec, timestamp: int, now: float) -> None:
        """Stamp packets of another codec; a new clock goes on by the time passed (RFC 7160)."""
        rate = codec.clock_rate
        if rate != self._clock_rate and not codec.is_event:
            self._clock_rate = rate
            self._offsets.clear()
        offset = self._offsets.get(rate)
        if offset is None:
            passed = FRAME_SECONDS if self._last_at is None else now - self._last_at
            step = round(max(passed, FRAME_SECONDS) * rate)
            offset = self._offsets[rate] = self._timestamp + step - timestamp
        self._codec, self._stamp_offset = codec, offset
        self._payload_type = self.payload_types[codec]
