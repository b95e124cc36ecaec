"""Where packets belong on the time line of a conversation; all in samples of 48 kHz."""

from collections.abc import Iterable, Iterator, Sequence

RATE = 48000
FRAME = RATE // 50
PEAKS_PER_SECOND = 4
PEAKS_AT_MOST = 2000

HELD = 10 * RATE  # nobody holds a packet back for longer
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


def senders_order(arrivals: Sequence[int], sequences: Sequence[int]) -> Iterator[int]:
    """Indexes of packets, given as they arrived, in the sender's order.

    In a pause, the sender goes on counting what is not recorded, any number of times around: what
    comes after it is not compared with what came before.
    """
    for spell in _spells(arrivals):
        yield from (spell[index] for index in ordered(sequences[each] for each in spell))


def _spells(arrivals: Sequence[int]) -> Iterator[range]:
    begin = 0
    for index in range(1, len(arrivals)):
        if arrivals[index] - arrivals[index - 1] > HELD:
            yield range(begin, index)
            begin = index
    yield range(begin, len(arrivals))


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
