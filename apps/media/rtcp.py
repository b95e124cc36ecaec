"""RTCP of an audio leg (RFC 3550 §6): reports out, reports in. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct, error, unpack_from

SENDER_REPORT = 200
RECEIVER_REPORT = 201
DESCRIPTION = 202
NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970

HEADER = Struct("!BBH")
BLOCK = Struct("!IB3sIIII")
SENDER_INFO = Struct("!IIIII")


@dataclass(frozen=True, slots=True)
class Block:
    """What a receiver says of one stream. `fraction_lost` is 0 to 1, `jitter` in clock ticks."""

    ssrc: int
    fraction_lost: float
    lost: int
    highest: int
    jitter: int
    last_report: int = 0
    delay: int = 0

    def to_bytes(self) -> bytes:
        fraction = min(255, max(0, round(self.fraction_lost * 256)))
        lost = max(-(1 << 23), min((1 << 23) - 1, self.lost)).to_bytes(3, "big", signed=True)
        return BLOCK.pack(
            self.ssrc,
            fraction,
            lost,
            self.highest & 0xFFFFFFFF,
            min(self.jitter, 0xFFFFFFFF),
            self.last_report,
            min(self.delay, 0xFFFFFFFF),
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender says of its own stream; `unix` is the wall clock in seconds."""

    unix: float
    timestamp: int
    packets: int
    octets: int

    def to_bytes(self) -> bytes:
        ntp = int((self.unix + NTP_EPOCH) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF
        return SENDER_INFO.pack(
            ntp >> 32,
            ntp & 0xFFFFFFFF,
            self.timestamp & 0xFFFFFFFF,
            self.packets & 0xFFFFFFFF,
            self.octets & 0xFFFFFFFF,
        )


def report(ssrc: int, cname: str, *, sent: Sent | None, blocks: list[Block]) -> bytes:
    """Return a compound packet: a sender or receiver report, then who we are (RFC 3550 §6.1)."""
    body = (sent.to_bytes() if sent else b"") + b"".join(block.to_bytes() for block in blocks)
    kind = SENDER_REPORT if sent else RECEIVER_REPORT
    return _packet(len(blocks), kind, ssrc.to_bytes(4, "big") + body) + _description(ssrc, cname)


def _description(ssrc: int, cname: str) -> bytes:
    name = cname.encode()[:255]
    chunk = ssrc.to_bytes(4, "big") + bytes((1, len(name))) + name + b"\0"
    return _packet(1, DESCRIPTION, chunk + bytes(-len(chunk) % 4))


def _packet(count: int, kind: int, body: bytes) -> bytes:
    return HEADER.pack(0x80 | count, kind, len(body) // 4) + body


def blocks_in(data: bytes) -> Iterator[Block]:
    """Yield the report blocks of a compound packet; what is cut short is left out."""
    position = 0
    while position + 8 <= len(data):
        first, kind, words = HEADER.unpack_from(data, position)
        if kind in (SENDER_REPORT, RECEIVER_REPORT):
            start = position + 8 + (SENDER_INFO.size if kind == SENDER_REPORT else 0)
            yield from _blocks(data[start : position + 4 + 4 * words], first & 0x1F)
        position += 4 + 4 * words


def sender_ntp(data: bytes) -> int | None:
    """Return the middle 32 bits of a sender report's time, which a report block echoes."""
    try:
        _, kind, _, _, high, low = unpack_from("!BBHIII", data)
    except error:
        return None
    return (high << 16 | low >> 16) & 0xFFFFFFFF if kind == SENDER_REPORT else None


def _blocks(data: bytes, count: int) -> Iterator[Block]:
    for index in range(min(count, len(data) // BLOCK.size)):
        fields = BLOCK.unpack_from(data, index * BLOCK.size)
        ssrc, fraction, lost, highest, jitter, last_report, delay = fields
        signed = int.from_bytes(lost, "big", signed=True)
        yield Block(ssrc, fraction / 256, signed, highest, jitter, last_report, delay)
