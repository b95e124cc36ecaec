"""Where packets belong on the time line of a conversation; all in samples of 48 kHz."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

RATE = 48000
FRAME = RATE // 50
PEAKS_PER_SECOND = 4
PEAKS_AT_MOST = 2000

# How far arrival may wander off the sender's own clock and still be called jitter.
WANDER = RATE * 3 // 20
# A network holds packets back for a moment and then gives them all at once: their own clock is
# right then. What is late by more, or stays late for so many packets, is a clock that has jumped.
STALL = 2 * RATE
LATE_PACKETS = 100

WINDOW = 16  # packets; what is overtaken by more is lost
JUMP = 500  # sequence numbers; a step this wide is a new stream


def shift_into(*, begin: int, end: int, duration: int) -> int:
    """How far to move what one media node wrote so that it lies inside the conversation.

    Clocks of machines differ; a conversation's first and last words must not fall off its edges.
    """
    if begin < 0:
        return -begin
    return -min(max(0, end - duration), begin)


def frames_per_peak(duration: int) -> int:
    """So many 20 ms frames share one point of the waveform: about four points a second."""
    finest = RATE // PEAKS_PER_SECOND // FRAME
    return max(finest, -(-duration // (PEAKS_AT_MOST * FRAME)))


@dataclass(slots=True)
class Placer:
    """Places the packets of one sender: by its timestamps, corrected by their arrival.

    `clock_rate` is of the timestamps. No packet begins before the end of the one before.
    """

    clock_rate: int
    _anchor: tuple[int, int] | None = None  # (timestamp, position)
    _end: int = field(default=0)
    _late: int = field(default=0)  # packets in a row

    def place(self, *, arrival: int, timestamp: int, length: int) -> int:
        """Where the packet that came at `arrival` begins."""
        position = self._by_timestamp(timestamp)
        if position is None or self._has_jumped(arrival - position):
            self._anchor, position, self._late = (timestamp, arrival), arrival, 0
        position = max(position, self._end)
        self._end = position + length
        return position

    def _by_timestamp(self, timestamp: int) -> int | None:
        if self._anchor is None:
            return None
        at, position = self._anchor
        ahead = (timestamp - at + 2**31) % 2**32 - 2**31  # RTP timestamps wrap around
        return position + ahead * RATE // self.clock_rate

    def _has_jumped(self, lateness: int) -> bool:
        self._late = self._late + 1 if lateness > WANDER else 0
        return lateness < -WANDER or lateness > STALL or self._late > LATE_PACKETS


def ordered(sequences: Iterable[int]) -> Iterator[int]:
    """Indexes of RTP sequence numbers, given as they arrived, in the sender's order; no doubles."""
    waiting: dict[int, int] = {}
    highest = said = None
    for index, sequence in enumerate(sequences):
        count = sequence if highest is None else _extended(sequence, highest)
        if highest is not None and abs(count - highest) > JUMP:
            yield from (waiting[key] for key in sorted(waiting))
            waiting, said, highest = {}, None, None
        highest = count if highest is None else max(highest, count)
        if said is None or count > said:
            waiting.setdefault(count, index)
        if len(waiting) > WINDOW:
            said = min(waiting)
            yield waiting.pop(said)
    yield from (waiting[key] for key in sorted(waiting))


def _extended(sequence: int, near: int) -> int:
    """The 16-bit number as a count that goes on rising."""
    return near + (sequence - near + 2**15) % 2**16 - 2**15
