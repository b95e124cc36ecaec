"""The engine with pretended legs and a pretended clock: order, age, silence, patience."""

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from struct import pack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.media import rtcp
from apps.media.codec import Codec
from apps.media.desired import CallDesired, LegDesired, PlayerDesired, Silence, Tone
from apps.media.engine import Engine, EngineSettings
from apps.media.errors import MediaError
from apps.media.events import Applied, Event, LegConnected, LegLost
from apps.media.leg import Leg, Line, Negotiated
from apps.media.players import Library, Player

pytestmark = pytest.mark.media

LEGS = ("a.1", "b.1", "c.1")
BEEP = Tone("beep")
SLOTS = {"a.1": 3, "b.1": 1, "c.1": 2}


class PretendedPath:
    """A leg's path without a network; the offer is the number of lines, 'listen' adds no sound."""

    answer = "answer"

    def __init__(self, offer: str) -> None:
        count, _, listens = offer.partition(" ")
        types = {Codec.OPUS: 111}
        lines = tuple(Line(ssrc, types) for ssrc in range(1, int(count) + 1))
        self.negotiated = Negotiated(lines, {} if listens else {111: Codec.OPUS})
        self.sent: list[bytes] = []
        self.reports: list[bytes] = []
        self.closed = False
        self.leg: Leg | None = None

    def start(self, leg: Leg) -> None:
        self.leg = leg

    def send_rtp(self, packet: bytes) -> None:
        self.sent.append(packet)

    def send_rtcp(self, packet: bytes) -> None:
        self.reports.append(packet)

    async def close(self) -> None:
        self.closed = True

    def come_up(self) -> Leg:
        assert self.leg is not None
        self.leg.up()
        return self.leg

    def speak(self, sequence: int, now: float, *, payload: bytes = b"x") -> None:
        assert self.leg is not None
        header = pack("!BBHII", 0x80, 111, sequence, sequence * 960, 77)
        self.leg.rtp(header + payload, now)


class Stage:
    """An engine whose clock stands still until it is moved."""

    def __init__(self, folder: Path) -> None:
        self.now = 1000.0
        self.events: list[Event] = []
        self.paths: list[PretendedPath] = []
        self.engine = Engine(
            EngineSettings(assets_dir=folder, journals_dir=folder / "journals"),
            self.events.append,
            clock=lambda: self.now,
            open_leg=self._open,
        )
        self.engine.sweep()
        self.events.clear()

    def _open(self, offer: str) -> PretendedPath:
        self.paths.append(PretendedPath(offer))
        return self.paths[-1]

    async def join(self, leg: str, *, offer: str = "1", up: bool = True) -> PretendedPath:
        await self.engine.negotiate("call", leg, offer)
        if up:
            self.paths[-1].come_up()
        return self.paths[-1]

    def want(self, version: int, *legs: LegDesired, epoch: int = 1, ended: bool = False) -> None:
        self.engine.sync(CallDesired("call", epoch, version, legs=legs, ended=ended))

    def wait(self, seconds: float) -> None:
        """Let time pass as it does for the engine: swept four times a second."""
        for _ in range(round(seconds * 4)):
            self.now += 0.25
            self.engine.sweep()

    def lost(self) -> list[tuple[str, str]]:
        return [(e.leg, e.cause) for e in self.events if isinstance(e, LegLost)]

    def applied(self) -> list[tuple[int, int]]:
        return [(e.epoch, e.version) for e in self.events if isinstance(e, Applied)]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    await stage.engine.aclose()


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


async def test_sound_of_a_codec_the_listener_lacks_is_counted(stage: Stage) -> None:
    stage.want(1, *TALK)
    a, b = await stage.join("a.1"), await stage.join("b.1")
    assert b.leg is not None
    b.leg.streams[0].payload_types.clear()
    a.speak(1, stage.now)
    assert stage.engine.stats()["unsupported_codec"] == 1


HEARS = st.lists(st.sampled_from((*LEGS, "p")), max_size=4).map(tuple)
STATE = st.lists(HEARS, min_size=3, max_size=3).map(
    lambda hears: tuple(LegDesired(leg, row) for leg, row in zip(LEGS, hears, strict=True))
)


@given(states=st.lists(STATE, min_size=1, max_size=5), seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_order_and_repetition_of_messages_ends_in_the_same_routing(
    states: list[tuple[LegDesired, ...]], seed: int
) -> None:
    """Architecture decision 9: lost, repeated and overtaking messages do no harm."""
    asyncio.run(_both_orders(states, random.Random(seed)))


async def _both_orders(states: list[tuple[LegDesired, ...]], chance: random.Random) -> None:
    player = PlayerDesired("p", (Silence(20),), loop=True)
    messages = [
        CallDesired("call", 1, version, legs=legs, players=(player,))
        for version, legs in enumerate(states, start=1)
    ]
    plain = await _routes([*LEGS, *messages])
    shuffled: list[str | CallDesired] = [*LEGS, *messages, *chance.choices(messages, k=3)]
    chance.shuffle(shuffled)
    assert await _routes(shuffled) == plain


async def _routes(steps: list[str | CallDesired]) -> dict[str, set[tuple[str, int]]]:
    """Return who hears each source, asked of the engine by letting everybody speak."""
    stage = Stage(Path())
    paths: dict[str, PretendedPath] = {}
    for step in steps:
        if isinstance(step, str):
            paths[step] = await stage.join(step, offer=str(SLOTS[step]))
        else:
            stage.engine.sync(step)
    heard: dict[str, set[tuple[str, int]]] = {}
    for source, path in paths.items():
        for other in paths.values():
            other.sent.clear()
        path.speak(1, stage.now)
        heard[source] = {
            (name, int.from_bytes(packet[8:12], "big"))
            for name, other in paths.items()
            for packet in other.sent
        }
    await stage.engine.aclose()
    return heard


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
