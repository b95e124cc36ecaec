"""Where packets lie on the time line (docs/subsystems/recordings.md, "Where a packet lies")."""

import pytest

from apps.recordings.domain.placing import Heard, places
from apps.recordings.domain.timeline import RATE

pytestmark = pytest.mark.domain

MS = RATE // 1000
STALLS = [100, 1900, 2100, 2900, 5000]


def placed(arrivals: list[int], timestamps: list[int] | None = None) -> list[int]:
    """Positions in ms of packets of 20 ms that came at these ms, numbered without a gap."""
    stamps = timestamps or list(range(0, 20 * len(arrivals), 20))
    heard = [
        Heard(arrival * MS, sequence % 2**16, stamp * MS % 2**32, RATE)
        for sequence, (arrival, stamp) in enumerate(zip(arrivals, stamps, strict=True))
    ]
    return [position // MS for position in places(heard)]


def held_back(begin: int, until: int, *, last: int) -> list[int]:
    """Arrivals of packets every 20 ms; what was said meanwhile came all at once."""
    return [until if begin <= said < until else said for said in range(0, last, 20)]


def test_jitter_moves_nothing_and_the_least_delayed_packet_says_where_all_lie() -> None:
    assert placed([100, 125, 139, 171]) == [99, 119, 139, 159]


def test_a_lost_packet_leaves_its_gap() -> None:
    assert placed([100, 120, 160], [0, 20, 60]) == [100, 120, 160]


def test_a_silent_stretch_stays_as_long_as_it_was() -> None:
    """Hold and mute: nothing is written down, the sender's clock goes on."""
    assert placed([0, 20, 5040], [0, 20, 5040]) == [0, 20, 5040]


def test_what_the_network_held_back_lies_where_it_was_said() -> None:
    assert placed([0, 820, 820, 820, 820]) == [0, 20, 40, 60, 80]


@pytest.mark.parametrize("stall", STALLS)
def test_a_stall_moves_nothing_however_long(stall: int) -> None:
    arrivals = held_back(1000, 1000 + stall, last=20_000)

    assert placed(arrivals) == list(range(0, 20_000, 20))


@pytest.mark.parametrize("stall", STALLS)
def test_a_track_whose_first_packets_were_held_back_is_not_late(stall: int) -> None:
    arrivals = held_back(0, stall, last=20_000)

    assert placed(arrivals) == list(range(0, 20_000, 20))


def test_a_network_that_is_slow_for_a_minute_moves_the_sound_by_milliseconds() -> None:
    slow = [said + (400 if 1000 <= said < 61_000 else 0) for said in range(0, 90_000, 20)]

    late = [at - said for at, said in zip(placed(slow), range(0, 90_000, 20), strict=True)]

    assert min(late) >= -40
    assert max(late) <= 60 / 2


def test_a_sender_whose_clock_stood_still_is_placed_by_arrival() -> None:
    assert placed([0, 20, 7000, 7020], [0, 20, 40, 60]) == [0, 20, 7000, 7020]


def test_a_sender_that_stays_late_is_placed_by_arrival_from_its_first_late_packet() -> None:
    late = [n * 20 + 400 for n in range(1, 140)]

    assert placed([0, *late]) == [0, *late]


def test_timestamps_may_wrap_around() -> None:
    wrap = 2**32 // MS

    assert placed([0, 20, 40], [wrap - 20, wrap, wrap + 20]) == [0, 20, 40]


@pytest.mark.parametrize("anew", [900_000, -900_000, 5000, -10])
@pytest.mark.parametrize("after", [100, 3000])
def test_a_restarted_stream_is_placed_by_arrival(anew: int, after: int) -> None:
    arrivals = [0, 20, after, after + 20]

    assert placed(arrivals, [0, 20, anew, anew + 20]) == arrivals


def test_a_restarted_stream_leaves_what_was_before_it_in_its_place() -> None:
    """The last words before it came late, and end before the first ones after it begin."""
    assert placed([0, 20, 1500, 1600], [0, 20, 40, 900_000]) == [0, 20, 40, 1600]


def test_a_first_packet_that_was_overtaken_moves_nothing() -> None:
    assert placed([500, 20, 40], [0, 20, 40]) == [0, 20, 40]


def test_a_change_of_codec_may_change_the_clock() -> None:
    heard = [Heard(0, 7, 4_000_000, 48000), Heard(960, 8, 160, 8000), Heard(1920, 9, 320, 8000)]

    assert list(places(heard)) == [0, 960, 1920]


def test_a_clock_that_says_nothing_is_passed_over() -> None:
    assert placed([0, 20, 40, 60], [5, 5, 5, 5]) == [0, 20, 40, 60]
