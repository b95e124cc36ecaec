"""The engine with pretended legs and a pretended clock: order, age, silence, patience."""

import asyncio
import random
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.media import rtcp
from apps.media.desired import (
    CallDesired,
    LegDesired,
    PlayerDesired,
    RecordingDesired,
    Silence,
    Tone,
    TrackDesired,
)
from apps.media.engine import Engine, EngineSettings
from apps.media.errors import MediaError
from apps.media.events import Event, LegConnected
from apps.media.leg import Leg
from apps.media.players import Library, Player
from tests.media.peers import until
from tests.media.stage import PretendedPath, Stage

pytestmark = pytest.mark.media

LEGS = ("a.1", "b.1", "c.1")
BEEP = Tone("beep")
SLOTS = {"a.1": 3, "b.1": 1, "c.1": 2}


class _Deaf:
    """Nobody to tell."""

    def leg_up(self, leg: Leg) -> None: ...

    def leg_lost(self, leg: Leg, cause: str) -> None: ...

    def leg_digit(self, leg: Leg, digit: str) -> None: ...


TALK = (LegDesired("a.1", ("b.1",)), LegDesired("b.1", ("a.1",)))


async def test_a_two_way_leg_that_falls_silent_is_lost_after_three_seconds(stage: Stage) -> None:
    stage.want(1, *TALK)
    path = await stage.join("a.1")
    stage.wait(2)
    path.speak(1, stage.now)
    stage.wait(3)
    assert stage.lost() == []
    stage.wait(0.25)
    assert stage.lost() == [("a.1", "silent")]
    await asyncio.sleep(0)
    assert path.closed


async def test_path_checks_alone_keep_a_muted_leg_alive(stage: Stage) -> None:
    stage.want(1, *TALK)
    path = await stage.join("a.1")
    for _ in range(5):
        stage.wait(2.5)
        assert path.leg is not None
        path.leg.alive(stage.now)
    assert stage.lost() == []


async def test_a_listener_may_be_silent_for_eight_seconds(stage: Stage) -> None:
    stage.want(1, LegDesired("a.1"))
    await stage.join("a.1", offer="2 listen")
    stage.wait(8)
    assert stage.lost() == []
    stage.wait(0.25)
    assert stage.lost() == [("a.1", "silent")]


async def test_our_own_stall_kills_nobody(stage: Stage) -> None:
    stage.want(1, *TALK)
    await stage.join("a.1")
    stage.now += 60
    stage.engine.sweep()
    stage.wait(2)
    assert stage.lost() == []


async def test_a_leg_nobody_desires_within_fifteen_seconds_is_closed(stage: Stage) -> None:
    early = await stage.join("a.1")
    late = await stage.join("b.1")
    for _ in range(7):
        stage.wait(2)
        early.speak(1, stage.now)
        late.speak(1, stage.now)
    stage.want(1, LegDesired("a.1"))
    stage.wait(1.25)
    assert stage.lost() == [("b.1", "unclaimed")]
    assert stage.engine.stats()["legs"] == 1


async def test_a_path_that_never_comes_up_is_given_up(stage: Stage) -> None:
    stage.want(1, *TALK)
    await stage.join("a.1", up=False)
    stage.wait(15.25)
    assert stage.lost() == [("a.1", "not_connected")]


async def test_an_offer_before_the_desired_state_ends_as_one_after_it(stage: Stage) -> None:
    a = await stage.join("a.1")
    stage.want(1, *TALK)
    b = await stage.join("b.1")
    a.speak(1, stage.now)
    b.speak(1, stage.now)
    assert (len(a.sent), len(b.sent)) == (1, 1)


async def test_older_states_are_ignored_and_the_same_is_confirmed_again(stage: Stage) -> None:
    a, b = await stage.join("a.1"), await stage.join("b.1")
    stage.want(5, *TALK)
    stage.want(4)
    stage.want(9, epoch=0, ended=True)
    stage.want(5, *TALK)
    a.speak(1, stage.now)
    assert (len(b.sent), stage.lost()) == (1, [])
    assert stage.applied() == [(1, 5), (1, 5)]
    stage.want(1, LegDesired("a.1"), LegDesired("b.1"), epoch=2)
    a.speak(2, stage.now)
    assert len(b.sent) == 1
    assert stage.applied()[-1] == (2, 1)


async def test_a_leg_no_longer_desired_is_closed_without_being_called_lost(stage: Stage) -> None:
    stage.want(1, *TALK)
    path = await stage.join("a.1")
    stage.want(2, LegDesired("b.1"))
    await asyncio.sleep(0)
    assert path.closed
    assert stage.lost() == []


async def test_an_ended_call_is_remembered_for_a_minute_and_then_forgotten(stage: Stage) -> None:
    stage.want(3, ended=True)
    stage.want(2, *TALK)
    with pytest.raises(MediaError) as refused:
        await stage.join("a.1")
    assert refused.value.code == "call_ended"
    stage.wait(60.5)
    stage.want(2, *TALK)
    assert stage.applied() == [(1, 3), (1, 2)]


async def test_a_call_that_was_moved_away_and_comes_back_is_not_forgotten(stage: Stage) -> None:
    """R-02: the end that fenced this node off is no end once the call is here again."""
    stage.want(3, *TALK)
    stage.want(0, epoch=2, ended=True)
    stage.want(1, LegDesired("a.2"), epoch=3)
    stage.wait(120)
    await stage.join("a.2")
    assert stage.engine.stats()["connected_legs"] == 1


async def test_events_are_numbered_per_call_from_one(stage: Stage) -> None:
    stage.want(1, *TALK)
    await stage.join("a.1")
    stage.engine.sync(CallDesired("other", 1, 1))
    assert [(e.call, e.sequence) for e in stage.events] == [("call", 1), ("call", 2), ("other", 1)]
    assert isinstance(stage.events[1], LegConnected)


async def test_a_listener_of_events_that_fails_stops_nothing(tmp_path: Path) -> None:
    def refuse(event: Event) -> None:
        raise RuntimeError("no")

    engine = Engine(EngineSettings(tmp_path, tmp_path), refuse, open_leg=PretendedPath)
    engine.sync(CallDesired("call", 1, 1, legs=TALK))
    assert engine.stats()["calls"] == 1
    await engine.aclose()


async def test_reports_carry_the_worse_of_our_loss_and_the_listeners(stage: Stage) -> None:
    """The sender's error correction must react to the far leg's path too."""
    stage.want(1, *TALK)
    a, b = await stage.join("a.1"), await stage.join("b.1")
    for sequence in (1, 2, 4, 5):
        a.speak(sequence, stage.now)
    stage.wait(2.5)
    own = [block for report in a.reports for block in rtcp.blocks_in(report)]
    assert [round(block.fraction_lost, 1) for block in own] == [0.2]
    far = rtcp.Block(ssrc=1, fraction_lost=0.5, lost=9, highest=9, jitter=0)
    assert b.leg is not None
    b.leg.rtcp(rtcp.report(5, "peer", sent=None, blocks=[far]), stage.now)
    a.speak(6, stage.now)
    a.reports.clear()
    stage.wait(2.5)
    own = [block for report in a.reports for block in rtcp.blocks_in(report)]
    assert [block.fraction_lost for block in own] == [0.5]
    assert b.reports, "a leg that hears us gets our sender report"


async def test_a_call_that_cannot_be_swept_costs_no_other_its_turn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Dead legs are still found, journals still written (R-09), and the log names the call."""
    stage.want(1, *TALK)
    broken = await stage.join("a.1")
    monkeypatch.setattr(broken.leg, "is_dead", Mock(side_effect=RuntimeError("no")))
    tape = RecordingDesired("r", (TrackDesired("customer", ("d.1",)),))
    other = CallDesired("other", 1, 1, legs=(LegDesired("d.1"),), recordings=(tape,))
    stage.engine.sync(other)
    path = await stage.join("d.1", call="other")
    path.speak(1, stage.now)
    stage.wait(3.25)
    assert stage.lost() == [("d.1", "silent")]
    await until(lambda: [track for track in stage.tracks("r") if track.packets])
    assert "call call could not be swept" in caplog.text


async def test_sound_of_a_codec_the_listener_lacks_is_counted(stage: Stage) -> None:
    stage.want(1, *TALK)
    a, b = await stage.join("a.1"), await stage.join("b.1")
    assert b.leg is not None
    b.leg.streams[0].payload_types.clear()
    a.speak(1, stage.now)
    assert stage.engine.stats()["unsupported_codec"] == 1


HEARS = st.lists(st.sampled_from((*LEGS, "p", "q", "comfort")), max_size=4).map(tuple)
PLAYERS = st.lists(
    st.builds(
        PlayerDesired,
        player=st.sampled_from(("p", "q", "comfort")),
        items=st.integers(1, 2).map(lambda frames: (Silence(20 * frames),)),
        loop=st.just(True),
    ),
    unique_by=lambda player: player.player,
    max_size=3,
).map(tuple)
TRACKS = st.lists(
    st.builds(
        TrackDesired,
        side=st.sampled_from(("customer", "agent")),
        legs=st.lists(st.sampled_from(LEGS), unique=True, max_size=2).map(tuple),
    ),
    max_size=2,
).map(tuple)
RECORDINGS = st.lists(
    st.builds(RecordingDesired, recording=st.sampled_from(("r", "s")), tracks=TRACKS),
    unique_by=lambda recording: recording.recording,
    max_size=2,
).map(tuple)


@st.composite
def histories(draw: st.DrawFn) -> list[CallDesired]:
    """What control wanted of a call, one after the other; a leg that is gone stays gone."""
    gone_at = {leg: draw(st.integers(2, 9)) for leg in LEGS}
    count, epoch = draw(st.integers(1, 5)), 1
    states = []
    for version in range(1, count + 1):
        epoch += draw(st.integers(0, 1))
        legs = tuple(LegDesired(leg, draw(HEARS)) for leg in LEGS if version < gone_at[leg])
        ended = version == count and draw(st.integers(0, 5)) == 0
        states.append(
            CallDesired(
                call="call",
                epoch=epoch,
                version=version,
                legs=legs,
                players=draw(PLAYERS),
                ended=ended,
                recordings=draw(RECORDINGS),
            )
        )
    return states


RESTART = "restart"
Step = str | CallDesired  # a leg that offers, the engine's restart, a message


@given(states=histories(), restarts=st.integers(0, 2), seed=st.integers(0, 10**6))
@settings(
    max_examples=30,
    phases=set(Phase) - {Phase.shrink, Phase.explain},  # a failing example costs seconds of disk
    suppress_health_check=[HealthCheck.too_slow],
)
def test_any_order_loss_and_restart_ends_in_the_same_audio(
    states: list[CallDesired], restarts: int, seed: int
) -> None:
    """Architecture decision 9: lost, repeated and overtaking messages do no harm, nor does a new
    engine that is told the last one again: the same ways, players and tracks as by that one alone.
    """
    asyncio.run(_same_in_the_end(states, restarts, random.Random(seed)))


async def _same_in_the_end(states: list[CallDesired], restarts: int, chance: random.Random) -> None:
    steps: list[Step] = [*LEGS, *chance.choices(states, k=chance.randint(0, 2 * len(states)))]
    steps += [RESTART] * restarts
    chance.shuffle(steps)
    assert await _outcome([*steps, states[-1]]) == await _outcome([*LEGS, states[-1]])


Outcome = tuple[dict[str, set[tuple[str, int]]], list[PlayerDesired], set[tuple[str, str, str]]]


async def _outcome(steps: list[Step]) -> Outcome:
    """Return who hears each source, what plays, and which track keeps whom.

    Found by letting everybody speak; after a restart everybody who was there offers anew.
    """
    with TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        paths: dict[str, PretendedPath] = {}
        for step in steps:
            await _take(stage, step, paths)
        ways = {source: _way_of(path, paths) for source, path in paths.items()}
        players = [player.desired for player in stage.engine._calls["call"]._players.values()]
        await stage.engine.aclose()
        heard = {source: way for source, way in ways.items() if way}
        return heard, sorted(players, key=lambda player: player.player), _kept(stage)


async def _take(stage: Stage, step: Step, paths: dict[str, PretendedPath]) -> None:
    if isinstance(step, CallDesired):
        stage.engine.sync(step)
        return
    if step == RESTART:
        await stage.restart()
    for leg in tuple(paths) if step == RESTART else (step,):
        with suppress(MediaError):  # the call has ended
            paths[leg] = await stage.join(leg, offer=str(SLOTS[leg]))


def _way_of(path: PretendedPath, paths: dict[str, PretendedPath]) -> set[tuple[str, int]]:
    for other in paths.values():
        other.sent.clear()
    path.speak(1, 2000.0, payload=b"last")
    return {
        (name, int.from_bytes(packet[8:12], "big"))
        for name, other in paths.items()
        for packet in other.sent
    }


def _kept(stage: Stage) -> set[tuple[str, str, str]]:
    return {
        (recording, track.side, track.leg)
        for recording in ("r", "s")
        for track in stage.tracks(recording)
        if any(packet.payload == b"last" for packet in track.packets)
    }


async def test_players_keep_step_with_the_clock(tmp_path: Path) -> None:
    """Fifty frames a second, each one 20 ms after the other in its timestamps."""
    stage = Stage(tmp_path)
    path = PretendedPath("1")
    leg = Leg("a.1", path, _Deaf(), clock=lambda: 0.0, counters=stage.engine.wire.counters)
    library = Library(tmp_path)
    ended: list[bool] = []
    failed: list[int] = []
    desired = PlayerDesired("p", (BEEP, Silence(40), BEEP))
    player = Player(desired, library, on_end=lambda: ended.append(True), on_failure=failed.append)
    player.routes = leg.streams
    for item in desired.items:
        await library.frames(item)
    for tick in range(60):
        player.tick(tick * 0.02)
    stamps = [int.from_bytes(packet[4:8], "big") for packet in path.sent]
    steps = [(b - a) & 0xFFFFFFFF for a, b in pairwise(stamps)]
    assert steps == [960] * 19 + [2880] + [960] * 19
    assert [packet[1] >> 7 for packet in path.sent] == [1, *[0] * 19, 1, *[0] * 19]
    assert (ended, failed) == ([True], [])
    library.close()
    await stage.engine.aclose()
