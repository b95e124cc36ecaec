"""One recorded track on disk: what one leg said for one side, appended as packets, never decoded.

`<folder>/<recording>/<side>-<leg>-<boot>.journal` is a row of blocks, each whole in itself, so that
a file that was cut or damaged anywhere still gives all the others (`journal_reader`):

    block    4 bytes `CnJ1`, 1 byte kind, 4 bytes length of the body, 8 bytes start of the track in
             microseconds since 1970, 4 bytes CRC-32 of kind, length, start and body; then the body
    kind 0   header: JSON with `version`, `side`, `leg`
    kind 1   packets of at most one second: 4 bytes milliseconds since the start by the monotonic
             clock, 1 byte codec, 2 bytes RTP sequence, 4 bytes RTP timestamp, 2 bytes length, then
             so many bytes of payload
    kind 2   closed properly, no body

All numbers are big endian. A track that is taken up again appends a header with a start of its own.
"""

import errno
import json
import logging
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from struct import Struct
from typing import NamedTuple
from zlib import crc32

from apps.media.codec import Codec

SUFFIX = ".journal"
MAGIC = b"CnJ1"
VERSION = 1
HEADER, PACKETS, CLOSED = range(3)
BLOCK = Struct("!4sBIQI")
COVERED = Struct("!BIQ")  # what of a block's head the checksum covers
RECORD = Struct("!IBHIH")
BLOCK_SECONDS = 1.0
BLOCK_PACKETS = 400
LONGEST_BODY = BLOCK_PACKETS * (RECORD.size + 2048)
CODES = {Codec.OPUS: 1, Codec.PCMU: 2, Codec.PCMA: 3}
log = logging.getLogger(__name__)
_FULL = {errno.ENOSPC, errno.EDQUOT}
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")

# When it was heard (the engine's clock), codec, RTP sequence, RTP timestamp, payload.
Heard = tuple[float, Codec, int, int, bytes]


class JournalError(Exception):
    """A track cannot be written. `reason` is `disk_full`, `not_writable` or `write_failed`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Track(NamedTuple):
    """Whose sound a file holds: its name says all of it."""

    recording: str
    side: str
    leg: str
    boot: str

    @property
    def path(self) -> Path:
        """Return where it lies below the folder of all recordings."""
        return Path(self.recording, f"{self.side}-{self.leg}-{self.boot}{SUFFIX}")


def checksum(kind: int, start: int, body: bytes) -> int:
    """Return the CRC-32 of a block."""
    return crc32(body, crc32(COVERED.pack(kind, len(body), start)))


class Journal:
    """A track being written. The loop fills `packets` and takes them; all else may block.

    Once a step has failed every later one fails alike: a file has no hole that nobody was told of.

    `folder` is that of all recordings, `started` the moment of the start on the engine's clock,
    `unix` the same moment in seconds since 1970.
    """

    __slots__ = ("_broken", "_fd", "_folder", "_start", "_started", "_track", "packets")

    def __init__(self, folder: Path, track: Track, *, started: float, unix: float) -> None:
        self.packets: list[Heard] = []
        self._folder, self._track = folder, track
        self._started = started
        self._start = round(unix * 1_000_000)
        self._fd = -1
        self._broken: JournalError | None = None

    def take(self) -> list[Heard]:
        """Return what was heard since the last time."""
        packets, self.packets = self.packets, []
        return packets

    def write(self, packets: Sequence[Heard], *, closing: bool = False) -> None:
        """Append packets in one write, and with `closing` the mark of a whole track.

        The first time makes the file. Raises JournalError.
        """
        self._unless_broken()
        if self._fd < 0:
            self._step(self._open, "not_writable")
        data = b"".join(self._block(PACKETS, body) for body in _bodies(packets, self._started))
        if closing:
            data += self._block(CLOSED, b"")
        self._step(lambda: self._append(data), "write_failed")

    def store(self) -> None:
        """Have the disk keep what was written through a loss of power; raises JournalError.

        May run beside `write`.
        """
        if self._fd >= 0:
            self._step(lambda: os.fdatasync(self._fd), "write_failed")

    def store_and_close(self) -> None:
        """Let go of the file for good; raises JournalError. Not beside anything else."""
        try:
            self.store()
        finally:
            fd, self._fd = self._fd, -1
            if fd >= 0:
                os.close(fd)

    def _open(self) -> None:
        track = self._track
        if not all(map(_NAME.fullmatch, track)):
            raise OSError(errno.EINVAL, "this is no name for a track", str(track))
        path = self._folder / track.path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        head = {"version": VERSION, "side": track.side, "leg": track.leg}
        self._append(self._block(HEADER, json.dumps(head).encode()))

    def _step(self, step: Callable[[], None], otherwise: str) -> None:
        try:
            step()
        except OSError as problem:
            reason = "disk_full" if problem.errno in _FULL else otherwise
            self._broken = JournalError(reason, str(problem))
            log.error("a track cannot be written: %s", problem)
            raise self._broken from problem

    def _unless_broken(self) -> None:
        if self._broken is not None:
            raise self._broken

    def _append(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._fd, data) :]

    def _block(self, kind: int, body: bytes) -> bytes:
        crc = checksum(kind, self._start, body)
        return BLOCK.pack(MAGIC, kind, len(body), self._start, crc) + body


def _bodies(packets: Sequence[Heard], started: float) -> list[bytes]:
    """Pack what was heard, cut into pieces of at most a second."""
    bodies: list[list[bytes]] = []
    begun = 0.0
    for now, codec, sequence, timestamp, payload in packets:
        full = not bodies or len(bodies[-1]) >= 2 * BLOCK_PACKETS
        if full or now - begun >= BLOCK_SECONDS:
            bodies.append([])
            begun = now
        offset = max(0, round((now - started) * 1000))
        record = RECORD.pack(offset, CODES[codec], sequence, timestamp, len(payload))
        bodies[-1] += (record, payload)
    return [b"".join(body) for body in bodies]
