"""Key presses as RTP events (RFC 4733). Pure."""

from struct import Struct

from apps.media.codec import Codec

EVENT = Struct("!BBH")
DIGITS = "0123456789*#ABCD"
END = 0x80


class DigitReader:
    """Turns a leg's event packets into one digit per key press.

    A press is many packets with one timestamp, its end sent three times; a
    press longer than the 16-bit duration goes on in a new segment whose timestamp is where the
    last one stopped.
    """

    __slots__ = ("_code", "_duration", "_ended", "_ssrc", "_timestamp")

    def __init__(self) -> None:
        self._code = self._ssrc = -1
        self._timestamp = self._duration = 0
        self._ended = True

    def feed(self, ssrc: int, timestamp: int, payload: bytes) -> str | None:
        """Return the digit when this packet is the first of a press, else None."""
        if len(payload) < EVENT.size:
            return None
        code, flags, duration = EVENT.unpack_from(payload)
        if ssrc != self._ssrc:
            self._ssrc, self._code = ssrc, -1
        known = self._code >= 0 and self._belongs(code, timestamp)
        late = self._code >= 0 and 0 < (self._timestamp - timestamp) & 0xFFFFFFFF < 1 << 31
        if late:
            return None
        self._ended = bool(flags & END) or (known and timestamp == self._timestamp and self._ended)
        self._code, self._timestamp, self._duration = code, timestamp, duration
        return DIGITS[code] if not known and code < len(DIGITS) else None

    def _belongs(self, code: int, timestamp: int) -> bool:
        if timestamp == self._timestamp:
            return True
        follows = (timestamp - self._timestamp) & 0xFFFFFFFF == self._duration
        return follows and code == self._code and not self._ended


def retimed(timestamp: int, payload: bytes, *, have: Codec, want: Codec) -> tuple[int, bytes]:
    """Return an event's timestamp and payload counted in another clock."""
    if len(payload) < EVENT.size:
        return timestamp * want.clock_rate // have.clock_rate, payload
    code, flags, duration = EVENT.unpack_from(payload)
    scaled = min(duration * want.clock_rate // have.clock_rate, 0xFFFF)
    stamp = timestamp * want.clock_rate // have.clock_rate
    return stamp, EVENT.pack(code, flags, scaled) + payload[EVENT.size :]
