"""The rule of placing holds for any jitter: the places against a sender whose truth is known.

The model keeps the rule of docs/subsystems/recordings.md, "Where a packet lies": by its clock a
packet is never early by more than two frames, and late by no more than the least delayed of those
that follow it, and never later than it came.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.recordings.domain.placing import DRIFT, WANDER, Heard, places
from apps.recordings.domain.timeline import FRAME, HELD, RATE

pytestmark = pytest.mark.domain

SECOND = RATE
ROUNDING = 2
UNHURRIED = settings(max_examples=100)


class Step(NamedTuple):
    """What happened since the packet before; `delay` is that of this packet."""

    packets: int  # sent since then; what was on hold or lost never came
    counted: int  # by the sender's clock
    stood: int  # how long the clock stood still
    delay: int
    is_anew: bool = False


@dataclass(frozen=True)
class Sent:
    true: float
    heard: Heard
    delay: int
    spell: int  # goes by one clock; what comes in another says nothing of when this was said


def sent(steps: list[Step], *, ppm: float, first: tuple[int, int]) -> list[Sent]:
    true, spell, found = 0.0, 0, []
    sequence, timestamp = first
    for step in steps:
        true += step.counted / (1 + ppm / 1e6) + step.stood
        spell += step.is_anew or step.stood > 0 or step.counted > HELD
        timestamp += step.counted + (123_456_789 if step.is_anew else 0)
        sequence += step.packets + (20_000 if step.is_anew else 0)
        heard = Heard(round(true + step.delay), sequence % 2**16, timestamp % 2**32, RATE)
        found.append(Sent(true, heard, step.delay, spell))
    return found


def allowed_lateness(packets: list[Sent], *, ppm: float) -> Iterator[float]:
    """From the last to the first: the delay of the least delayed follower, by a drifting clock."""
    bound, after = 0.0, None
    for packet in reversed(packets):
        if after is None or after.spell != packet.spell:
            bound = packet.delay
        else:
            drift = (DRIFT + abs(ppm) / 1e6) * (after.true - packet.true)
            bound = min(packet.delay, bound + drift)
        after = packet
        yield bound


def ms(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high).map(lambda n: n * SECOND // 1000)


DELAYS = st.one_of(ms(0, 30), ms(0, 3000))
TALK = st.builds(
    lambda lost, delay: Step(1 + lost, (1 + lost) * FRAME, 0, delay),
    st.sampled_from([0, 0, 0, 0, 1, 3]),
    DELAYS,
)
SILENCE = st.builds(lambda delay: Step(1, 20 * FRAME, 0, delay), DELAYS)
HOLD = st.builds(lambda n, delay: Step(n, n * FRAME, 0, delay), st.integers(50, 90_000), DELAYS)
STOOD = st.builds(lambda gap, delay: Step(1, FRAME, gap, delay), ms(7100, 60_000), DELAYS)
ANEW = st.builds(lambda gap, delay: Step(1, FRAME, gap, delay, is_anew=True), ms(0, 9000), DELAYS)


def stall(packets: int) -> list[Step]:
    """All of them come at once, when the last of them would have come."""
    return [Step(1, FRAME, 0, (packets - 1 - n) * FRAME) for n in range(packets)]


STRETCHES = st.one_of(
    st.lists(TALK, max_size=60),
    st.lists(SILENCE, max_size=8),
    st.integers(1, 250).map(stall),
    *(each.map(lambda step: [step]) for each in (HOLD, STOOD, ANEW)),
)
CALLS: st.SearchStrategy[list[Step]] = (
    st.lists(STRETCHES, min_size=1, max_size=12)
    .map(lambda stretches: list(chain.from_iterable(stretches)))
    .filter(bool)
)
CLOCKS = st.floats(-200, 200)
FIRST = st.tuples(st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1))


@UNHURRIED
@given(CALLS, CLOCKS, FIRST)
def test_whatever_the_jitter_no_packet_lies_far_from_where_it_was_said(
    steps: list[Step], ppm: float, first: tuple[int, int]
) -> None:
    packets = sent(steps, ppm=ppm, first=first)

    found = list(places(packet.heard for packet in packets))

    allowed = reversed(list(allowed_lateness(packets, ppm=ppm)))
    for packet, place, late in zip(packets, found, allowed, strict=True):
        assert -WANDER - ROUNDING <= place - packet.true <= late + ROUNDING


HEARD = st.builds(
    Heard,
    st.integers(-SECOND, 20_000 * SECOND),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**32 - 1),
    st.sampled_from([8000, 48000]),
)


@UNHURRIED
@given(st.lists(HEARD, max_size=40))
def test_nothing_lies_after_it_came_nor_before_it_can_have_been_held_back(
    heard: list[Heard],
) -> None:
    """Whatever the headers say: nothing heard before the end is pushed beyond it and cut off."""
    found = list(places(heard))

    assert len(found) == len(heard)
    for packet, place in zip(heard, found, strict=True):
        assert packet.arrival - HELD - WANDER - 1 <= place <= packet.arrival


@UNHURRIED
@given(st.lists(DELAYS, min_size=1, max_size=400), CLOCKS)
def test_of_sound_without_a_gap_no_more_is_covered_than_a_fast_clock_sent_too_much(
    delays: list[int], ppm: float
) -> None:
    packets = sent([Step(1, FRAME, 0, delay) for delay in delays], ppm=ppm, first=(0, 0))

    found = list(places(packet.heard for packet in packets))

    covered = sum(max(0, before + FRAME - after) for before, after in pairwise(found))
    assert covered <= DRIFT * FRAME * len(delays) + ROUNDING


@pytest.mark.parametrize("ppm", [-200, 200])
def test_a_clock_that_is_off_is_made_up_for_over_eight_hours(ppm: int) -> None:
    """One packet of silence every 0.4 s, now and then a stall, and a hold of an hour."""
    steps = [Step(1, 20 * FRAME, 0, (9 - n % 10) * 20 * FRAME) for n in range(63_000)]
    steps[30_000] = Step(1, 3600 * SECOND, 0, 0)
    packets = sent(steps, ppm=ppm, first=(65_000, 2**32 - 1))
    assert packets[-1].true > 8 * 3600 * SECOND - 20 * SECOND

    found = list(places(packet.heard for packet in packets))

    off = [place - packet.true for place, packet in zip(found, packets, strict=True)]
    assert min(off) >= -WANDER - ROUNDING
    assert max(off) <= (DRIFT + abs(ppm) / 1e6) * 4 * SECOND + ROUNDING
