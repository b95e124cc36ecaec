"""The order of packets, and the edges and the waveform of a time line."""

import random

import pytest

from apps.recordings.domain.timeline import (
    FRAME,
    PEAKS_AT_MOST,
    RATE,
    frames_per_peak,
    ordered,
    senders_order,
    shift_into,
)

pytestmark = pytest.mark.domain


def test_packets_come_in_the_senders_order_without_doubles() -> None:
    assert list(ordered([5, 7, 6, 6, 8])) == [0, 2, 1, 4]


def test_sequence_numbers_wrap_around() -> None:
    assert list(ordered([65534, 65535, 1, 0, 2])) == [0, 1, 3, 2, 4]


def test_a_stream_that_begins_anew_loses_nothing() -> None:
    sequences = [*range(100, 130), *range(20_000, 20_030), *range(50)]

    assert list(ordered(sequences)) == list(range(110))


def test_shuffled_within_the_window_everything_is_put_right() -> None:
    sequences = list(range(65_000, 65_000 + 2_000))
    shuffled = sorted(sequences, key=lambda n: n + random.Random(n).uniform(0, 7))

    indexes = list(ordered([n % 2**16 for n in shuffled]))

    assert [shuffled[index] for index in indexes] == sequences


def test_a_pause_in_which_sequence_numbers_wrapped_around_loses_nothing() -> None:
    """A hold of 22 minutes: what comes after it has numbers a little below those before it."""
    before, after = range(1000, 1050), range(900, 950)
    arrivals = [20 * n for n in range(50)] + [1_310_000 + 20 * n for n in range(50)]

    order = senders_order([RATE // 1000 * ms for ms in arrivals], [*before, *after])

    assert list(order) == list(range(100))


@pytest.mark.parametrize(
    ("begin", "end", "shift"),
    [(0, 100, 0), (20, 80, 0), (-30, 60, 30), (50, 130, -30), (10, 130, -10)],
)
def test_clocks_of_two_machines_cost_no_words(begin: int, end: int, shift: int) -> None:
    assert shift_into(begin=begin, end=end, duration=100) == shift


@pytest.mark.parametrize("seconds", [1, 60, 500, 3600, 4 * 3600])
def test_a_waveform_has_about_four_points_a_second_and_never_too_many(seconds: int) -> None:
    points = seconds * RATE / (frames_per_peak(seconds * RATE) * FRAME)

    assert points <= PEAKS_AT_MOST + 1
    assert points >= min(4 * seconds, PEAKS_AT_MOST / 2)
