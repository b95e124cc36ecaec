"""Read a recorded track back, however its writing ended. Never raises for what is in a file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from apps.media.codec import Codec
from apps.media.journal import (
    BLOCK,
    CLOSED,
    CODES,
    HEADER,
    LONGEST_BODY,
    MAGIC,
    PACKETS,
    RECORD,
    SUFFIX,
    VERSION,
    checksum,
)

_CODECS = {code: codec for codec, code in CODES.items()}
_LATEST = datetime(3000, 1, 1, tzinfo=UTC).timestamp() * 1_000_000


class JournalPacket(NamedTuple):
    """One packet as it came. `offset` is seconds since the track's start, monotonic."""

    offset: float
    codec: Codec
    sequence: int
    timestamp: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class JournalTrack:
    """A track as far as it is whole; `packets` are in the order of their arrival.

    `started_at` is aware UTC; it says nothing when a file holds not one whole block, which has no
    packets either. `is_complete` means closed properly and nothing of it damaged.
    """

    side: str
    leg: str
    started_at: datetime
    packets: tuple[JournalPacket, ...]
    is_complete: bool


class _Block(NamedTuple):
    kind: int
    start: int  # microseconds since 1970
    body: bytes
    after_damage: bool


def read(path: Path) -> JournalTrack:
    """Return what is whole of a file; raises OSError only when it cannot be opened or read."""
    data = path.read_bytes()
    blocks = list(_blocks(data))
    side, leg = _whose(blocks, path)
    start = blocks[0].start if blocks else 0
    whole = bool(blocks) and not any(block.after_damage for block in blocks)
    length = sum(BLOCK.size + len(block.body) for block in blocks)
    return JournalTrack(
        side=side,
        leg=leg,
        started_at=datetime.fromtimestamp(start / 1_000_000, UTC),
        packets=tuple(packet for block in blocks for packet in _packets(block, start)),
        is_complete=whole and length == len(data) and blocks[-1].kind == CLOSED,
    )


def _blocks(data: bytes) -> Iterator[_Block]:
    """Yield the whole blocks, looking for the next one wherever something is damaged."""
    position, damaged = 0, False
    while (found := data.find(MAGIC, position)) >= 0:
        damaged = damaged or found != position
        block = _block_at(data, found, after_damage=damaged)
        if block is None:
            position, damaged = found + 1, True
        else:
            yield block
            position, damaged = found + BLOCK.size + len(block.body), False


def _block_at(data: bytes, position: int, *, after_damage: bool) -> _Block | None:
    if position + BLOCK.size > len(data):
        return None
    _, kind, length, start, crc = BLOCK.unpack_from(data, position)
    if length > LONGEST_BODY or start > _LATEST:
        return None
    body = data[position + BLOCK.size : position + BLOCK.size + length]
    if len(body) != length or checksum(kind, start, body) != crc:
        return None
    return _Block(kind, start, body, after_damage)


def _packets(block: _Block, first_start: int) -> Iterator[JournalPacket]:
    """Yield a block's packets; a track that was taken up again counts from its first start."""
    if block.kind != PACKETS:
        return
    later, position, body = (block.start - first_start) / 1_000_000, 0, block.body
    while position + RECORD.size <= len(body):
        offset, code, sequence, timestamp, length = RECORD.unpack_from(body, position)
        begin = position + RECORD.size
        position = begin + length
        codec = _CODECS.get(code)
        if codec is not None and position <= len(body):
            payload = body[begin:position]
            yield JournalPacket(later + offset / 1000, codec, sequence, timestamp, payload)


def _whose(blocks: list[_Block], path: Path) -> tuple[str, str]:
    """Return side and leg, from the file's name when its header is lost."""
    for block in blocks:
        head = _head(block)
        if head is not None:
            return head
    side, _, rest = path.name.removesuffix(SUFFIX).partition("-")
    return side, rest.rpartition("-")[0]


def _head(block: _Block) -> tuple[str, str] | None:
    if block.kind != HEADER:
        return None
    try:
        head = json.loads(block.body)
        return (str(head["side"]), str(head["leg"])) if head["version"] == VERSION else None
    except (ValueError, KeyError, TypeError):
        return None
