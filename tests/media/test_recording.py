"""Recordings on a pretended clock: what was said lands where control wants it, and only there."""

import asyncio
import os
from threading import Event as Signal

import pytest

from apps.media.desired import LegDesired, RecordingDesired, TrackDesired
from apps.media.events import Applied, RecordingClosed, RecordingFailed
from tests.media.peers import until
from tests.media.stage import PretendedPath, Stage

pytestmark = pytest.mark.media

TALK = (LegDesired("c.1", ("a.1",)), LegDesired("a.1", ("c.1",)))
LEGS = (*TALK, LegDesired("a.2", ("c.1",)))


def recording(*, customer: tuple[str, ...] = (), agent: tuple[str, ...] = ()) -> RecordingDesired:
    return RecordingDesired("r", (TrackDesired("customer", customer), TrackDesired("agent", agent)))


BOTH = recording(customer=("c.1",), agent=("a.1",))


async def joined(stage: Stage, *legs: str) -> list[PretendedPath]:
    return [await stage.join(leg) for leg in legs]


def kept(stage: Stage) -> dict[tuple[str, str], bytes]:
    """What each track holds, one letter a packet."""
    return {
        (track.side, track.leg): b"".join(packet.payload for packet in track.packets)
        for track in stage.tracks("r")
    }


async def closed(stage: Stage) -> None:
    await until(lambda: stage.told(RecordingClosed))


async def test_each_side_has_what_its_legs_say_and_hold_is_silence_sr_128(stage: Stage) -> None:
    """Held, muted, resumed, and the panel reloaded: a new leg, a new file."""
    customer, agent, reloaded = await joined(stage, "c.1", "a.1", "a.2")
    steps: list[tuple[RecordingDesired, bytes]] = [
        (BOTH, b"1"),
        (recording(agent=("a.1",)), b"2"),
        (recording(), b"3"),
        (recording(customer=("c.1",)), b"4"),
        (recording(customer=("c.1",), agent=("a.2",)), b"5"),
    ]
    for version, (wanted, word) in enumerate(steps, start=1):
        stage.want(version, *LEGS, recordings=(wanted,))
        for path in (customer, agent, reloaded):
            path.speak(version, stage.now, payload=word)
    stage.want(9, *LEGS)
    customer.speak(9, stage.now, payload=b"9")
    await closed(stage)
    assert kept(stage) == {
        ("agent", "a.1"): b"12",
        ("agent", "a.2"): b"5",
        ("customer", "c.1"): b"145",
    }
    assert all(track.is_complete for track in stage.tracks("r"))


async def test_an_older_state_that_comes_late_opens_and_closes_nothing(stage: Stage) -> None:
    (customer,) = await joined(stage, "c.1")
    stage.want(5, *TALK, recordings=(BOTH,))
    stage.want(4, *TALK)
    stage.want(5, *TALK, recordings=(BOTH,))
    customer.speak(1, stage.now)
    stage.want(6, *TALK)
    stage.want(5, *TALK, recordings=(BOTH,))
    customer.speak(2, stage.now)
    await closed(stage)
    assert kept(stage)["customer", "c.1"] == b"x"
    assert len(stage.told(RecordingClosed)) == 1


async def test_two_recordings_of_one_leg_are_two_files(stage: Stage) -> None:
    """A consult: the second agent's contact is recorded beside the first one's."""
    _, agent = await joined(stage, "c.1", "a.1")
    other = RecordingDesired("r2", (TrackDesired("customer", ("a.1",)),))
    stage.want(1, *TALK, recordings=(BOTH, other))
    agent.speak(1, stage.now, payload=b"hello")
    await stage.engine.aclose()
    assert kept(stage)["agent", "a.1"] == b"hello"
    assert [packet.payload for packet in stage.tracks("r2")[0].packets] == [b"hello"]


async def test_key_presses_are_not_kept(stage: Stage) -> None:
    """A card number that is typed in must not be in a recording."""
    (customer,) = await joined(stage, "c.1")
    stage.want(1, *TALK, recordings=(BOTH,))
    customer.speak(1, stage.now)
    customer.speak(2, stage.now, payload=bytes([5, 10, 3, 192]), payload_type=110)
    await stage.engine.aclose()
    assert kept(stage)["customer", "c.1"] == b"x"


async def test_what_was_said_is_on_the_disk_within_a_second(stage: Stage) -> None:
    (customer,) = await joined(stage, "c.1")
    stage.want(1, *TALK, recordings=(BOTH,))
    customer.speak(1, stage.now)
    stage.wait(0.5)
    await until(lambda: kept(stage).get(("customer", "c.1")) == b"x")
    assert not any(track.is_complete for track in stage.tracks("r"))


async def test_packets_keep_the_time_of_their_arrival(stage: Stage) -> None:
    (customer,) = await joined(stage, "c.1")
    stage.want(1, *TALK, recordings=(BOTH,))
    for sequence in (1, 2):
        stage.now += 1.5
        customer.speak(sequence, stage.now)
    await stage.engine.aclose()
    track = next(track for track in stage.tracks("r") if track.side == "customer")
    assert [packet.offset for packet in track.packets] == [1.5, 3.0]
    assert [packet.sequence for packet in track.packets] == [1, 2]


async def test_an_ended_call_closes_its_recordings_after_it_is_applied(stage: Stage) -> None:
    (customer,) = await joined(stage, "c.1")
    stage.want(1, *TALK, recordings=(BOTH,))
    customer.speak(1, stage.now)
    stage.want(2, ended=True, recordings=(BOTH,))
    await closed(stage)
    assert [type(event) for event in stage.events[-2:]] == [Applied, RecordingClosed]
    assert [track.is_complete for track in stage.tracks("r")] == [True, True]


async def test_an_engine_that_goes_down_writes_what_it_has(stage: Stage) -> None:
    """Control is not told: the call may go on with another boot."""
    (customer,) = await joined(stage, "c.1")
    stage.want(1, *TALK, recordings=(BOTH,))
    customer.speak(1, stage.now)
    await stage.engine.aclose()
    assert kept(stage)["customer", "c.1"] == b"x"
    assert not stage.told(RecordingClosed, RecordingFailed)


async def test_another_boot_goes_on_in_files_of_its_own(stage: Stage) -> None:
    for word in (b"1", b"2"):
        (customer,) = await joined(stage, "c.1")
        stage.want(1, *TALK, recordings=(BOTH,))
        customer.speak(1, stage.now, payload=word)
        await stage.restart()
    said = [track.packets[0].payload for track in stage.tracks("r") if track.side == "customer"]
    assert sorted(said) == [b"1", b"2"]


async def _fails(stage: Stage, reason: str) -> None:
    """The call goes on, the failure is told once, the end of the recording as well."""
    customer, agent = await joined(stage, "c.1", "a.1")
    stage.want(1, *TALK, recordings=(BOTH,))
    for sequence in range(3):
        customer.speak(sequence, stage.now)
        stage.wait(0.5)
        await until(lambda: stage.told(RecordingFailed))
        stage.want(sequence + 2, *TALK, recordings=(BOTH,))
    assert len(agent.sent) == 3
    stage.want(9, *TALK)
    await closed(stage)
    failed = stage.told(RecordingFailed)
    assert [(e.recording, e.reason) for e in failed if isinstance(e, RecordingFailed)] == [
        ("r", reason)
    ]


async def test_a_folder_that_cannot_be_written_fails_the_recording_and_not_the_call_r_09(
    stage: Stage,
) -> None:
    (stage.folder / "journals").write_text("in the way")
    await _fails(stage, "not_writable")


async def test_a_recording_that_failed_is_tried_again_in_a_new_epoch_r_09(stage: Stage) -> None:
    """That it failed was said in the epoch before and perhaps not heard: its row still records."""
    blocked = stage.folder / "journals"
    blocked.write_text("in the way")
    await joined(stage, "c.1")
    stage.want(1, *TALK, recordings=(BOTH,))
    stage.wait(0.5)
    await until(lambda: stage.told(RecordingFailed))
    blocked.unlink()
    (customer,) = await joined(stage, "c.2")
    back = recording(customer=("c.2",))
    stage.want(1, LegDesired("c.2"), epoch=3, recordings=(back,))
    customer.speak(1, stage.now)
    await stage.engine.aclose()
    assert kept(stage) == {("customer", "c.2"): b"x"}


async def test_a_full_disk_fails_the_recording_and_not_the_call_r_09(stage: Stage) -> None:
    boot = stage.engine.settings.boot_id
    folder = stage.folder / "journals" / "r"
    folder.mkdir(parents=True)
    full = folder / f"agent-a.1-{boot}.journal"
    full.symlink_to("/dev/full")
    await _fails(stage, "disk_full")
    full.unlink()  # it would be read without end
    assert [track.is_complete for track in stage.tracks("r")] == [False]


async def test_a_disk_that_takes_nothing_for_long_is_given_up_r_09(stage: Stage) -> None:
    """A pipe that nobody reads: the thread hangs in it, the loop and the call do not."""
    folder = stage.folder / "journals" / "r"
    folder.mkdir(parents=True)
    pipe = folder / f"customer-c.1-{stage.engine.settings.boot_id}.journal"
    os.mkfifo(pipe)
    customer, agent = await joined(stage, "c.1", "a.1")
    stage.want(1, *TALK, recordings=(recording(customer=("c.1",)),))
    stage.wait(0.5)
    for second in range(31):
        for path in (customer, agent):
            path.speak(second, stage.now)
        stage.wait(1)
    assert [e.reason for e in stage.events if isinstance(e, RecordingFailed)] == ["write_failed"]
    assert len(agent.sent) == 31
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    await stage.engine.aclose()
    os.close(reader)


async def test_a_slow_disk_has_one_round_of_storing_to_do_at_a_time_r_09(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rounds in a row would keep the files of recordings that are over open, and their end late."""
    disk = Signal()
    asked: list[int] = []

    def slow(file: int) -> None:
        asked.append(file)
        disk.wait(20)

    (customer,) = await joined(stage, "c.1")
    stage.want(1, *TALK, recordings=(recording(customer=("c.1",)),))
    customer.speak(1, stage.now)
    stage.wait(1)
    await until(lambda: kept(stage))
    monkeypatch.setattr(os, "fdatasync", slow)
    for _ in range(20):
        stage.wait(2)
        assert customer.leg is not None
        customer.leg.alive(stage.now)
        await asyncio.sleep(0)
    disk.set()
    stage.want(2, *TALK)
    await closed(stage)
    assert len(asked) == 2, "one round, and the end"
