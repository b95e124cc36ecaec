"""A node and its calls while control is silent, and what a call says of itself in which epoch."""

import asyncio

import pytest

from apps.media.desired import CallDesired, LegDesired, PlayerDesired, Silence, Tone
from apps.media.errors import MediaError
from apps.media.events import Applied, LegConnected, PlayerEnded, RecordingClosed
from tests.media.peers import until
from tests.media.stage import PretendedPath, Stage
from tests.media.test_recording import BOTH

pytestmark = pytest.mark.media

TALK = (LegDesired("c.1", ("a.1",)), LegDesired("a.1", ("c.1",)))
COMFORT = PlayerDesired("comfort", (Tone("comfort"),), loop=True)


def go_on(stage: Stage, seconds: int, *paths: PretendedPath) -> None:
    """Let time pass with these legs alive."""
    for _ in range(seconds):
        stage.wait(1)
        for path in paths:
            if path.leg is not None:
                path.leg.alive(stage.now)


def attended(stage: Stage, seconds: int) -> None:
    """Let time pass with control alive."""
    for _ in range(seconds):
        stage.engine.control_alive()
        stage.wait(1)


async def two_talk(stage: Stage) -> tuple[PretendedPath, PretendedPath]:
    stage.engine.control_alive()
    stage.want(1, *TALK, recordings=(BOTH,))
    return await stage.join("c.1"), await stage.join("a.1")


async def test_a_call_goes_on_without_control_as_long_as_two_are_there_r_04(stage: Stage) -> None:
    customer, agent = await two_talk(stage)
    go_on(stage, 300, customer, agent)
    customer.speak(1, stage.now)
    assert (len(agent.sent), stage.lost()) == (1, [])


async def test_the_node_ends_a_call_of_one_left_after_five_silent_seconds_r_04(
    stage: Stage,
) -> None:
    customer, agent = await two_talk(stage)
    customer.speak(1, stage.now)
    assert agent.leg is not None
    agent.leg.lost("closed")
    go_on(stage, 5, customer)
    assert stage.lost() == [("a.1", "closed")]
    go_on(stage, 1, customer)
    assert stage.lost() == [("a.1", "closed"), ("c.1", "control_silent")]
    await asyncio.sleep(0)
    assert customer.closed
    await until(lambda: stage.told(RecordingClosed))
    assert [track.is_complete for track in stage.tracks("r")] == [True, True]
    with pytest.raises(MediaError, match="ended"):
        await stage.join("c.2")


async def test_the_node_ends_nothing_while_control_lives(stage: Stage) -> None:
    customer, agent = await two_talk(stage)
    assert agent.leg is not None
    agent.leg.lost("silent")
    for _ in range(10):
        go_on(stage, 3, customer)
        stage.engine.control_alive()
    assert stage.lost() == [("a.1", "silent")]


async def test_a_node_that_never_heard_of_control_does_not_judge_it(stage: Stage) -> None:
    stage.want(1, *TALK)
    customer, agent = await stage.join("c.1"), await stage.join("a.1")
    assert agent.leg is not None
    agent.leg.lost("silent")
    go_on(stage, 30, customer)
    assert stage.lost() == [("a.1", "silent")]


async def test_a_caller_who_waits_alone_keeps_the_line_without_control_r_04(stage: Stage) -> None:
    """In a flow or a queue there never were two: the database comes back, so does the queue."""
    stage.engine.control_alive()
    stage.want(1, LegDesired("c.1", ("comfort",)), players=(COMFORT,))
    customer = await stage.join("c.1")
    go_on(stage, 120, customer)
    assert stage.lost() == []
    assert customer.leg is not None
    customer.leg.lost("closed")
    go_on(stage, 6)
    assert stage.engine.load()["calls"] == 0


async def test_a_call_control_has_just_asked_for_gets_its_five_seconds(stage: Stage) -> None:
    """Its desired state is a sign of life, and its browser has not offered yet."""
    stage.engine.control_alive()
    stage.wait(60)
    stage.want(1, *TALK)
    stage.wait(4)
    customer = await stage.join("c.1")
    go_on(stage, 10, customer)
    assert stage.lost() == []


async def test_our_own_stall_is_not_controls_silence(stage: Stage) -> None:
    customer, agent = await two_talk(stage)
    assert agent.leg is not None
    agent.leg.lost("silent")
    stage.now += 60
    stage.engine.sweep()
    go_on(stage, 3, customer)
    assert stage.lost() == [("a.1", "silent")]


async def test_a_call_given_up_stays_so_until_control_wants_something_newer(stage: Stage) -> None:
    customer, agent = await two_talk(stage)
    for path in (customer, agent):
        assert path.leg is not None
        path.leg.lost("silent")
    go_on(stage, 6)
    stage.engine.control_alive()
    stage.want(1, *TALK, recordings=(BOTH,))
    assert stage.applied() == [(1, 1), (1, 1)]
    assert stage.engine.load()["calls"] == 0
    renewed = (LegDesired("c.2", ("a.2",)), LegDesired("a.2", ("c.2",)))
    stage.want(2, *renewed)
    customer, agent = await stage.join("c.2"), await stage.join("a.2")
    go_on(stage, 90, customer, agent)
    customer.speak(1, stage.now)
    assert len(agent.sent) == 1


async def test_a_forgotten_call_that_comes_back_goes_on_above_its_last_number_r_04(
    stage: Stage,
) -> None:
    """The database was away for longer than a call is remembered; then the caller's page is back.

    Control takes no number of an epoch twice.
    """
    stage.engine.control_alive()
    stage.want(1, LegDesired("c.1"))
    customer = await stage.join("c.1")
    assert customer.leg is not None
    customer.leg.lost("closed")
    go_on(stage, 70)
    assert "call" not in stage.engine._calls
    stage.want(2, LegDesired("c.2"))
    await stage.join("c.2")
    assert [event.sequence for event in stage.events] == [1, 2, 3, 4, 5]
    assert isinstance(stage.events[-1], LegConnected)


async def test_a_call_without_legs_ends_when_control_asks_for_nothing_for_two_minutes(
    stage: Stage,
) -> None:
    """It lives elsewhere, and the one word of that was lost: it must not hold up a drain."""
    customer, agent = await two_talk(stage)
    for path in (customer, agent):
        assert path.leg is not None
        path.leg.lost("closed")
    attended(stage, 119)
    assert stage.engine.load()["calls"] == 1
    attended(stage, 2)
    assert stage.engine.load()["calls"] == 0
    await until(lambda: stage.told(RecordingClosed))


async def test_a_call_without_legs_stays_while_control_asks_for_it(stage: Stage) -> None:
    stage.engine.control_alive()
    for version in range(1, 6):
        stage.want(version, *TALK)
        attended(stage, 60)
    assert stage.engine.load()["calls"] == 1


async def test_our_own_stall_is_no_absence_of_legs(stage: Stage) -> None:
    stage.engine.control_alive()
    stage.want(1, *TALK)
    stage.now += 300
    stage.engine.sweep()
    attended(stage, 60)
    assert stage.engine.load()["calls"] == 1


async def test_events_wait_for_the_first_desired_state_and_carry_its_epoch(stage: Stage) -> None:
    await stage.join("c.1")
    assert stage.events == []
    happened = stage.now
    stage.wait(2)
    stage.want(1, *TALK, epoch=7)
    assert [(type(event), event.epoch, event.sequence) for event in stage.events] == [
        (LegConnected, 7, 1),
        (Applied, 7, 2),
    ]
    assert stage.now > happened
    stage.want(1, *TALK, epoch=8)
    assert (stage.events[-1].epoch, stage.events[-1].sequence) == (8, 3)


async def test_a_call_that_lives_elsewhere_ends_here_at_once_and_in_silence(stage: Stage) -> None:
    """What this node said in the new epoch would be taken for the words of the new node."""
    customer, agent = await two_talk(stage)
    customer.speak(1, stage.now)
    before = list(stage.events)
    stage.want(5, epoch=2, ended=True)
    stage.want(5, epoch=2, ended=True)
    await asyncio.sleep(0)
    assert (customer.closed, agent.closed) == (True, True)
    await stage.engine.aclose()
    assert stage.events == before
    assert [track.is_complete for track in stage.tracks("r")] == [True, True]


async def test_a_call_that_comes_back_to_this_node_is_told_of_again(stage: Stage) -> None:
    await two_talk(stage)
    stage.want(5, epoch=2, ended=True)
    stage.want(6, *TALK, epoch=3)
    assert stage.applied()[-1] == (3, 6)
    for _ in range(30):
        stage.engine.control_alive()
        stage.wait(3)
    assert stage.engine.load()["calls"] == 1


async def test_a_prompt_plays_again_in_a_new_epoch_because_its_end_was_not_heard_r_02(
    stage: Stage,
) -> None:
    """The node was given up, its fence lost, and it got the call back: the flow still waits."""
    prompt = PlayerDesired("run:1", (Silence(20),))
    stage.want(1, LegDesired("c.1", ("run:1",)), players=(prompt,))
    await until(lambda: stage.told(PlayerEnded))
    stage.want(1, LegDesired("c.2", ("run:1",)), players=(prompt,), epoch=3)
    await until(lambda: stage.told(PlayerEnded)[1:])
    stage.want(2, LegDesired("c.2", ("run:1",)), players=(prompt,), epoch=3)
    player = stage.engine._calls["call"]._players["run:1"]
    assert [event.epoch for event in stage.told(PlayerEnded)] == [1, 3]
    assert player.ended, "another version of the same epoch leaves it alone"


async def test_who_is_left_hears_comfort_and_no_dead_line_while_control_is_silent_r_04(
    stage: Stage,
) -> None:
    await stage.engine.prepare("comfort")
    stage.want(1, *TALK, players=(COMFORT,))
    customer, agent = await stage.join("c.1"), await stage.join("a.1")
    customer.speak(1, stage.now)
    assert len(agent.sent) == 1
    assert customer.leg is not None
    customer.leg.lost("silent")
    await until(lambda: len(agent.sent) > 3)
    back = await stage.join("c.1")
    agent.sent.clear()
    back.speak(1, stage.now, payload=b"back")
    assert [packet[12:] for packet in agent.sent] == [b"back"]


async def test_load_tells_what_the_heartbeat_needs(stage: Stage) -> None:
    await two_talk(stage)
    stage.engine.sync(CallDesired("other", 1, 1, ended=True))
    assert stage.engine.load() == {"calls": 1, "legs": 2, "drain_late_ms": 0.0}
