"""One outgoing stream: unbroken numbers whatever feeds it."""

import itertools
from struct import pack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.media.codec import Codec
from apps.media.dtmf import DigitReader
from apps.media.outgoing import OutgoingStream
from apps.media.rtp import HEADER, payload_of

pytestmark = pytest.mark.domain

# A busy machine is no finding.
UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow])

BROWSER = {Codec.OPUS: 111, Codec.PCMU: 0, Codec.EVENT_48K: 110, Codec.EVENT_8K: 126}


class Sink:
    """Keeps what a stream sends, header read."""

    def __init__(self, types: dict[Codec, int] | None = None) -> None:
        self.stream = OutgoingStream(types or BROWSER, self.take, ssrc=7)
        self.sent: list[tuple[int, int, int, int, bytes]] = []
        self.now = 100.0

    def take(self, data: bytes) -> None:
        _, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
        assert ssrc == 7
        self.sent.append((second >> 7, second & 0x7F, sequence, timestamp, data[12:]))

    def feed(
        self,
        source: object,
        sequence: int,
        *,
        codec: Codec = Codec.OPUS,
        timestamp: int | None = None,
        payload: bytes = b"x",
    ) -> None:
        stamp = sequence * codec.clock_rate // 50 if timestamp is None else timestamp
        packet = (codec, 0, sequence & 0xFFFF, stamp & 0xFFFFFFFF, payload)
        self.stream.forward(source, packet, self.now)
        self.now += 0.02

    def steps(self) -> list[int]:
        numbers = [entry[2] for entry in self.sent]
        return [(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)]

    def ticks(self) -> list[int]:
        stamps = [entry[3] for entry in self.sent]
        return [(b - a) & 0xFFFFFFFF for a, b in itertools.pairwise(stamps)]


def test_a_source_switch_goes_on_counting_and_sets_the_marker() -> None:
    sink = Sink()
    for source, first in (("talk", 9), ("music", 60000), ("talk", 12)):
        for sequence in range(first, first + 3):
            sink.feed(source, sequence)
    assert sink.steps() == [1] * 8
    assert sink.ticks() == [960] * 8
    assert [marker for marker, *_ in sink.sent] == [1, 0, 0] * 3


def test_a_switch_to_another_clock_goes_on_by_the_time_that_passed() -> None:
    """RFC 7160: the step is counted in the clock of the new packet."""
    sink = Sink()
    sink.feed("browser", 1)
    sink.feed("trunk", 500, codec=Codec.PCMU)
    sink.feed("trunk", 501, codec=Codec.PCMU)
    sink.now += 1.0
    sink.feed("browser", 60)
    assert sink.ticks() == [160, 160, 48960]
    assert [payload_type for _, payload_type, *_ in sink.sent] == [111, 0, 0, 111]


def test_a_loss_upstream_stays_visible_and_a_late_packet_keeps_its_place() -> None:
    sink = Sink()
    for sequence in (10, 11, 14, 13, 15):
        sink.feed("talk", sequence)
    assert sink.steps() == [1, 3, 0xFFFF, 2]
    assert sink.ticks() == [960, 2880, 0xFFFFFFFF - 959, 1920]


def test_a_packet_from_before_the_switch_never_takes_a_number_twice() -> None:
    sink = Sink()
    sink.feed("talk", 10)
    sink.feed("music", 500)
    sink.feed("music", 499)
    sink.feed("music", 501)
    assert sink.steps() == [1, 1]


def test_a_sender_that_starts_anew_is_followed_without_a_gap() -> None:
    sink = Sink()
    for sequence in (10, 11, 30000, 30001):
        sink.feed("talk", sequence)
    assert sink.steps() == [1, 1, 1]
    assert [entry[0] for entry in sink.sent] == [1, 0, 1, 0]


def test_a_released_source_comes_back_as_a_new_one() -> None:
    """After hold nothing must look like ten seconds of loss."""
    sink = Sink()
    sink.feed("talk", 10)
    sink.stream.release()
    sink.feed("talk", 400)
    assert sink.steps() == [1]
    assert sink.sent[1][0] == 1


def test_a_codec_the_receiver_lacks_is_dropped_and_counted() -> None:
    sink = Sink({Codec.PCMU: 0})
    sink.feed("talk", 1)
    assert (sink.sent, sink.stream.unsupported) == ([], 1)


def test_key_presses_are_retimed_to_the_clock_of_the_receiver() -> None:
    """All packets of one press keep one timestamp; durations are scaled."""
    sink = Sink({Codec.PCMU: 0, Codec.EVENT_8K: 101})
    for sequence, duration in enumerate((960, 1920, 2880), start=5):
        event = pack("!BBH", 5, 10, duration)
        sink.feed("talk", sequence, codec=Codec.EVENT_48K, timestamp=48000, payload=event)
    assert {entry[1] for entry in sink.sent} == {101}
    assert sink.ticks() == [0, 0]
    assert [entry[4] for entry in sink.sent] == [pack("!BBH", 5, 10, d) for d in (160, 320, 480)]


@UNHURRIED
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)),
        max_size=60,
    )
)
def test_no_number_is_ever_used_twice(packets: list[tuple[str, int, int]]) -> None:
    """A repeated number is a packet the receiver's replay window refuses."""
    sink, seen = Sink(), set[tuple[str, int]]()
    for source, sequence, timestamp in packets:
        if (source, sequence) not in seen:  # SRTP lets no packet through twice
            seen.add((source, sequence))
            sink.feed(source, sequence, timestamp=timestamp)
    numbers = [entry[2] for entry in sink.sent]
    assert len(numbers) == len(set(numbers))


def presses(packets: list[tuple[int, int, int, bool]]) -> str:
    reader = DigitReader()
    digits = [
        reader.feed(1, timestamp, pack("!BBH", code, 0x80 if end else 0, duration))
        for code, timestamp, duration, end in packets
    ]
    return "".join(digit for digit in digits if digit)


def test_a_press_is_one_digit_however_often_its_end_is_sent() -> None:
    press = [(5, 1000, 160, False), (5, 1000, 320, True), (5, 1000, 320, True)]
    assert presses(press) == "5"
    assert presses([*press, (5, 9000, 160, False), (5, 9000, 320, True)]) == "55"


def test_a_press_whose_start_or_end_is_lost_still_counts_once() -> None:
    assert presses([(11, 1000, 800, True)]) == "#"
    assert presses([(1, 1000, 160, False), (2, 5000, 160, False)]) == "12"


def test_a_very_long_press_is_one_digit() -> None:
    """RFC 4733 §2.5.2.3: it goes on in a segment that starts where the last one stopped."""
    end = 1000 + 0xFFFF
    assert presses([(0, 1000, 0xFFFF, False), (0, end, 160, False), (0, end, 320, True)]) == "0"


def test_a_late_end_of_the_last_press_is_no_new_press() -> None:
    assert presses([(1, 1000, 160, True), (2, 5000, 160, False), (1, 1000, 160, True)]) == "12"


def test_events_that_are_no_keys_are_passed_over() -> None:
    assert presses([(32, 1000, 160, False)]) == ""


def test_the_payload_starts_after_sources_and_extension_and_ends_before_padding() -> None:
    plain = HEADER.pack(0x80, 111, 1, 2, 3)
    assert payload_of(plain + b"abc") == b"abc"
    full = HEADER.pack(0x80 | 0x20 | 0x10 | 2, 111, 1, 2, 3) + bytes(8)
    assert payload_of(full + b"\xbe\xde\x00\x01" + bytes(4) + b"abc" + b"\0\x02") == b"abc"


@pytest.mark.parametrize("cut", [b"\xbf", b"\x90" + bytes(11), b"\xa0" + bytes(11) + b"\x7f"])
def test_a_packet_that_is_cut_short_is_refused(cut: bytes) -> None:
    with pytest.raises(IndexError):
        payload_of(cut)
