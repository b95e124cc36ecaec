"""Where the packets of one sender belong; the rule is told in docs/subsystems/recordings.md.

Journals are read when all is over: whether a packet was late is known by those that came after it.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import floor, inf
from typing import NamedTuple

from apps.recordings.domain.timeline import FRAME, HELD, RATE

DRIFT = 1 / 2000  # how far off a sender's clock may be
WANDER = 2 * FRAME  # sound lies early by so much at most, for the sake of few seams
PAUSE = RATE // 2  # a sender in silence still sends every 0.4 s
LONGEST = RATE * 3 // 25  # of what one packet holds
# What stays late until the end: no more packets than these, and late by no more than this, were
# held back by the network, which would have caught up. Else the sender's clock has stood still.
LATE_PACKETS = 100
STALL = 2 * RATE


class Heard(NamedTuple):
    """What is known of a packet beside its sound; `clock_rate` is that of the timestamp."""

    arrival: int
    sequence: int
    timestamp: int
    clock_rate: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Packets that one clock of the sender counted through."""

    arrivals: "array[int]" = field(default_factory=lambda: array("q"))
    clock: "array[int]" = field(default_factory=lambda: array("q"))


def places(packets: Iterable[Heard]) -> Iterator[int]:
    """Where each packet begins, given in the sender's order; never later than it came."""
    laid: list[Iterable[int]] = []
    follower = inf
    for run in reversed(_runs(packets)):
        latest = _latest(run, follower)
        follower = latest[0]
        laid.append(_seamless(latest, run.clock))
    return chain.from_iterable(reversed(laid))


def _runs(packets: Iterable[Heard]) -> list[_Run]:
    runs: list[_Run] = []
    before = None
    for packet in packets:
        counted = _counted(before, packet) if before is not None else None
        if counted is None:
            runs.append(_Run())
        run = runs[-1]
        run.arrivals.append(packet.arrival)
        run.clock.append(0 if counted is None else run.clock[-1] + counted)
        before = packet
    return runs


def _counted(before: Heard, packet: Heard) -> int | None:
    """What the sender's clock counts from one packet to the next; None where it leaps.

    A sender that begins anew goes back, or on by more than the time between the packets, those
    sent between them, or a pause explains.
    """
    if packet.clock_rate != before.clock_rate:
        return None
    ticks = (packet.timestamp - before.timestamp) % 2**32  # RTP timestamps wrap around
    counted = ticks * RATE // packet.clock_rate
    sent = (packet.sequence - before.sequence) % 2**16 * LONGEST
    explained = max(packet.arrival - before.arrival, min(sent, HELD)) + PAUSE
    return counted if 0 < counted <= explained else None


def _latest(run: _Run, follower: float) -> "array[float]":
    """When each packet was said at the latest, by those after it; the next run's first is one."""
    latest = array("d", run.arrivals)
    bound, at = min(follower, _caught_up(run)), run.clock[-1]
    for index in reversed(range(len(latest))):
        arrival, clock = run.arrivals[index], run.clock[index]
        bound -= (at - clock) * (1 - DRIFT)
        bound = latest[index] = max(min(arrival, bound), arrival - HELD)
        at = clock
    return latest


def _caught_up(run: _Run) -> float:
    """When the last packet was said at the latest, by the few before it."""
    arrivals, clock = run.arrivals[-LATE_PACKETS:], run.clock[-LATE_PACKETS:]
    bound, before = inf, clock[0]
    for arrival, at in zip(arrivals, clock, strict=True):
        bound += (at - before) * (1 + DRIFT)
        bound = arrival if arrival - bound > STALL else min(arrival, bound)
        before = at
    return bound


def _seamless(latest: Sequence[float], clock: Sequence[int]) -> Iterator[int]:
    """Go by the sender's clock alone for as long as nothing lies early by more than `WANDER`."""
    begin, low, high = 0, inf, -inf
    for index, (moment, at) in enumerate(zip(latest, clock, strict=True)):
        offset = moment - at
        if max(high, offset) - min(low, offset) > WANDER:
            yield from (each + floor(low) for each in clock[begin:index])
            begin, low, high = index, offset, offset
        low, high = min(low, offset), max(high, offset)
    yield from (each + floor(low) for each in clock[begin:])
