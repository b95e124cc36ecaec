"""Where packets lie on the time line."""

import random

import pytest

from apps.recordings.domain.timeline import (
    FRAME,
    PEAKS_AT_MOST,
    RATE,
    Placer,
    frames_per_peak,
    ordered,
    shift_into,
)

pytestmark = pytest.mark.domain

MS = RATE // 1000


def placed(arrivals: list[int], timestamps: list[int] | None = None) -> list[int]:
    """Positions in ms of packets of 20 ms that came at these ms."""
    placer = Placer(RATE)
    stamps = timestamps or list(range(0, 20 * len(arrivals), 20))
    return [
        placer.place(arrival=arrival * MS, timestamp=stamp * MS % 2**32, length=FRAME) // MS
        for arrival, stamp in zip(arrivals, stamps, strict=True)
    ]


def test_jitter_moves_nothing() -> None:
    assert placed([100, 125, 139, 171]) == [100, 120, 140, 160]


def test_a_lost_packet_leaves_its_gap() -> None:
    assert placed([100, 120, 160], [0, 20, 60]) == [100, 120, 160]


def test_a_silent_stretch_stays_as_long_as_it_was() -> None:
    """Hold and mute: nothing is written down, the sender's clock goes on."""
    assert placed([0, 20, 5040], [0, 20, 5040]) == [0, 20, 5040]


def test_what_the_network_held_back_lies_where_it_was_said() -> None:
    assert placed([0, 820, 820, 820, 820]) == [0, 20, 40, 60, 80]


def test_a_sender_whose_clock_stood_still_is_placed_by_arrival() -> None:
    assert placed([0, 20, 7000, 7020], [0, 20, 40, 60]) == [0, 20, 7000, 7020]


def test_a_sender_that_stays_late_is_placed_by_arrival_after_a_while() -> None:
    late = [n * 20 + 400 for n in range(1, 140)]

    positions = placed([0, *late])

    assert positions[100] == 100 * 20
    assert positions[-1] == late[-1]


def test_timestamps_may_wrap_around() -> None:
    placer = Placer(RATE)
    first = placer.place(arrival=0, timestamp=2**32 - FRAME, length=FRAME)

    assert placer.place(arrival=FRAME, timestamp=0, length=FRAME) == first + FRAME


def test_a_restarted_stream_is_placed_by_arrival() -> None:
    assert placed([0, 20, 3000, 3020], [0, 20, 900_000, 900_020]) == [0, 20, 3000, 3020]


def test_nothing_lies_over_the_packet_before() -> None:
    assert placed([500, 20, 40], [0, 20, 40]) == [500, 520, 540]


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
