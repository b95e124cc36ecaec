"""Routing, liveness, reports, messages: what is decided without a socket."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.media.desired import (
    CallDesired,
    Clip,
    LegDesired,
    PlayerDesired,
    RecordingDesired,
    Silence,
    Tone,
    TrackDesired,
)
from apps.media.engine import EngineSettings
from apps.media.errors import MediaError
from apps.media.events import (
    Applied,
    Event,
    LegConnected,
    LegDigit,
    LegLost,
    PlayerEnded,
    PlayerFailed,
    RecordingClosed,
    RecordingFailed,
    event_from_dict,
)
from apps.media.quality import Patience, Reception, SignsOfLife
from apps.media.routing import Route, routing_table
from apps.media.rtcp import Block, Sent, blocks_in, report, sender_ntp
from apps.media.stun import request_fragment, transaction_id

pytestmark = pytest.mark.domain

# A busy machine is no finding.
UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow])

HOLD = PlayerDesired("music", (Tone("music"),), loop=True)


def call(*legs: LegDesired, players: tuple[PlayerDesired, ...] = (HOLD,)) -> CallDesired:
    return CallDesired("call", 1, 1, legs=legs, players=players)


# Routing


def test_talk_is_each_to_the_other() -> None:
    desired = call(LegDesired("a", ("b",)), LegDesired("b", ("a",)))
    assert routing_table(desired, {"a": 1, "b": 1}) == {
        "a": (Route("b", 0),),
        "b": (Route("a", 0),),
    }


def test_a_joined_call_uses_one_line_for_each_party_heard() -> None:
    desired = call(LegDesired("a", ("b", "c")), LegDesired("b", ()), LegDesired("c", ("a", "b")))
    table = routing_table(desired, {"a": 4, "b": 4, "c": 4})
    assert table["b"] == (Route("a", 0), Route("c", 1))
    assert table["c"] == (Route("a", 1),)


def test_sources_beyond_the_last_line_are_left_out() -> None:
    desired = call(LegDesired("a", ("b", "c", "music")), LegDesired("b"), LegDesired("c"))
    assert routing_table(desired, {"a": 2, "b": 1, "c": 1}) == {
        "b": (Route("a", 0),),
        "c": (Route("a", 1),),
    }


def test_who_is_not_there_takes_no_line() -> None:
    desired = call(LegDesired("a", ("b", "music")), LegDesired("b"))
    assert routing_table(desired, {"a": 1}) == {"music": (Route("a", 0),)}


def test_nobody_hears_themselves_or_anyone_twice_or_after_the_end() -> None:
    desired = call(LegDesired("a", ("a", "music", "music")))
    assert routing_table(desired, {"a": 4}) == {"music": (Route("a", 0),)}
    assert routing_table(CallDesired("call", 1, 2, desired.legs, (), ended=True), {"a": 4}) == {}


def test_a_leg_that_is_not_desired_is_not_heard() -> None:
    assert routing_table(call(LegDesired("a", ("b",))), {"a": 1, "b": 1}) == {}


def test_who_would_hear_only_those_who_are_not_there_hears_comfort_r_04() -> None:
    comfort = PlayerDesired("comfort", (Tone("comfort"),), loop=True)
    legs = (LegDesired("a", ("b", "c")), LegDesired("b", ()), LegDesired("c", ("a",)))
    desired = call(*legs, players=(comfort,))
    assert routing_table(desired, {"a": 2, "b": 1}) == {"b": (Route("a", 0),)}
    assert routing_table(desired, {"a": 2}) == {"comfort": (Route("a", 0),)}
    assert routing_table(call(*legs), {"a": 2}) == {}


# Liveness


def test_a_leg_is_dead_when_neither_sound_nor_checks_came_for_three_seconds() -> None:
    patience, life = Patience(), SignsOfLife.since(10.0)
    assert not life.is_dead(13.0, two_way=True, patience=patience)
    assert life.is_dead(13.1, two_way=True, patience=patience)
    life.last_stun = 12.0
    assert not life.is_dead(14.9, two_way=True, patience=patience)
    life.last_rtp = 14.0
    assert not life.is_dead(17.0, two_way=True, patience=patience)
    assert life.is_dead(17.1, two_way=True, patience=patience)


def test_a_listener_is_given_eight_seconds() -> None:
    life = SignsOfLife.since(0.0)
    assert not life.is_dead(8.0, two_way=False, patience=Patience())
    assert life.is_dead(8.1, two_way=False, patience=Patience())


def test_time_in_which_we_could_not_listen_is_not_held_against_a_leg() -> None:
    life = SignsOfLife.since(0.0)
    life.excuse(5.0)
    assert not life.is_dead(7.9, two_way=True, patience=Patience())


# Statistics


def receive(*sequences: int) -> Reception:
    reception = Reception(1, sequences[0], clock_rate=8000)
    for place, sequence in enumerate(sequences):
        reception.packet(sequence, sequence * 160, place * 0.02)
    return reception


def test_loss_is_what_the_numbers_left_out_since_the_last_report() -> None:
    reception = receive(65534, 65535, 0, 4)
    assert (reception.expected, reception.received, reception.lost) == (7, 4, 3)
    assert reception.fraction_lost() == pytest.approx(3 / 7)
    assert reception.fraction_lost() == 0.0
    assert reception.highest == 65536 + 4


def test_a_late_packet_is_not_lost_and_a_new_start_is_no_loss() -> None:
    assert receive(1, 3, 2).lost == 0
    assert receive(1, 2, 30000, 30001).lost == 0


def test_jitter_rises_with_uneven_arrival_only() -> None:
    even = receive(*range(50))
    assert even.jitter == pytest.approx(0, abs=1e-6)
    uneven = Reception(1, 0, clock_rate=8000)
    for place in range(50):
        late = 0.01 if place % 2 else 0.0
        uneven.packet(place, place * 160, place * 0.02 + late)
    assert uneven.jitter == pytest.approx(80, rel=0.1)


def test_a_report_reads_back_as_it_was_written() -> None:
    block = Block(9, 0.25, -3, 70000, 12, 55, 66)
    sent = Sent(unix=1000.5, timestamp=7, packets=8, octets=9)
    data = report(5, "connect", sent=sent, blocks=[block])
    assert list(blocks_in(data)) == [block]
    assert list(blocks_in(report(5, "connect", sent=None, blocks=[block]))) == [block]
    assert sender_ntp(data) == ((1000 + 2_208_988_800) << 16 | 0x8000) & 0xFFFFFFFF
    assert len(data) % 4 == 0


def test_a_report_of_a_sender_that_said_nothing_for_a_day_can_still_be_sent() -> None:
    """The field of the delay ends at eighteen hours (RFC 3550 §6.4.1)."""
    block = Block(9, 0, 0, 1, 0, last_report=55, delay=86_400 * 65_536)
    (read,) = blocks_in(report(5, "connect", sent=None, blocks=[block]))
    assert read.delay == 0xFFFFFFFF


@UNHURRIED
@given(st.binary(max_size=80))
def test_no_datagram_breaks_the_readers(data: bytes) -> None:
    list(blocks_in(data))
    sender_ntp(data)
    request_fragment(data)
    transaction_id(data)


# Messages

CALLS = st.builds(
    CallDesired,
    call=st.text(max_size=5),
    epoch=st.integers(0, 9),
    version=st.integers(0, 99),
    legs=st.lists(
        st.builds(
            LegDesired,
            leg=st.sampled_from("abc"),
            hears=st.lists(st.sampled_from("abcx"), max_size=3).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    players=st.lists(
        st.builds(
            PlayerDesired,
            player=st.just("x"),
            items=st.lists(
                st.one_of(
                    st.builds(Clip, st.text(max_size=5)),
                    st.builds(Tone, st.text(max_size=5)),
                    st.builds(Silence, st.integers(0, 999)),
                ),
                max_size=3,
            ).map(tuple),
            loop=st.booleans(),
        ),
        max_size=1,
    ).map(tuple),
    ended=st.booleans(),
    recordings=st.lists(
        st.builds(
            RecordingDesired,
            recording=st.text(max_size=5),
            tracks=st.lists(
                st.builds(
                    TrackDesired,
                    side=st.sampled_from(("customer", "agent")),
                    legs=st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
                ),
                max_size=2,
            ).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)


@UNHURRIED
@given(CALLS)
def test_a_desired_state_survives_the_way_through_json(desired: CallDesired) -> None:
    assert CallDesired.from_dict(desired.to_dict()) == desired


def test_an_event_survives_the_way_through_json() -> None:
    at = datetime(2026, 5, 1, 12, 0, 0, 250, tzinfo=UTC)
    events: list[Event] = [
        LegConnected(call="c", epoch=1, sequence=1, occurred_at=at, leg="a.1"),
        LegLost(call="c", epoch=1, sequence=2, occurred_at=at, leg="a.1", cause="silent"),
        LegDigit(call="c", epoch=1, sequence=3, occurred_at=at, leg="a.1", digit="#"),
        PlayerEnded(call="c", epoch=1, sequence=4, occurred_at=at, player="p"),
        PlayerFailed(call="c", epoch=1, sequence=5, occurred_at=at, player="p", item=1),
        Applied(call="c", epoch=1, sequence=6, occurred_at=at, version=2),
        RecordingClosed(call="c", epoch=1, sequence=7, occurred_at=at, recording="r"),
        RecordingFailed(
            call="c", epoch=1, sequence=8, occurred_at=at, recording="r", reason="disk_full"
        ),
    ]
    assert [event_from_dict(event.to_dict()) for event in events] == events
    assert events[1].to_dict()["event"] == "LegLost"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "media.example"])  # noqa: S104
def test_an_address_browsers_cannot_use_is_refused(host: str) -> None:
    with pytest.raises(MediaError) as refused:
        EngineSettings(Path(), Path(), host=host).addresses()
    assert refused.value.code == "no_address"
