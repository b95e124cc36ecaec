"""From journals to the file that is heard (R-09; media page, section 5)."""

import errno
import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import pytest
import time_machine
from django.conf import settings

from apps.alarms.models import Alarm
from apps.contacts.models import ContactEvent
from apps.core import clock
from apps.media.codec import Codec
from apps.recordings import tasks
from apps.recordings.models import Recording
from apps.recordings.services import deleting, finalising, lifecycle
from apps.recordings.services.finalising import finalise
from apps.recordings.services.mixing import make_file
from apps.recordings.services.sweep import tidy
from apps.recordings.storage import WholeFileStorage, recordings_storage
from tests.apps.recordings.conftest import BEGUN, SECONDS
from tests.apps.recordings.journals import two_tones, write_journal
from tests.apps.recordings.killing import Killed, files_in, killed
from tests.apps.recordings.sounds import CLUSTER, CUES, LEFT, RIGHT, content, heard, level, loudness

pytestmark = pytest.mark.db

LOUD, SILENT = 0.1, 0.003


def made(recording: Recording) -> Recording:
    finalise(recording.pk)
    recording.refresh_from_db()
    return recording


def test_the_customer_is_left_and_the_agent_right(recording: Recording) -> None:
    two_tones(recording)

    sound = heard(made(recording))

    for channel, own, other in ((LEFT, 440, 1000), (RIGHT, 1000, 440)):
        assert loudness(sound[:, channel], hz=own, begin=1, end=5) > LOUD
        assert loudness(sound[:, channel], hz=other, begin=1, end=5) < SILENT
    assert (recording.state, recording.is_partial) == (Recording.State.AVAILABLE, False)
    assert recording.duration_ms == SECONDS * 1000
    assert recording.size == len(content(recording)) > 10_000
    assert recording.key.startswith("demo/CallRecordings/2024/03/01/")
    assert recording.key.endswith("_20240301T11_30_UTC.webm")
    assert not deleting.journals_of(recording).exists()


def test_the_index_lies_before_the_sound_so_that_players_seek_at_once(
    recording: Recording,
) -> None:
    two_tones(recording)

    data = content(made(recording))

    # an element, not its mention in the table of contents in front
    assert 0 < data.rfind(CUES) < data.rfind(CLUSTER)
    assert data.rfind(CUES) < data.find(CLUSTER, data.rfind(CUES))
    assert data.count(CLUSTER) >= 2
    with (
        recordings_storage().open(recording.key, "rb") as file,
        av.open(file, mode="r") as container,
    ):
        container.seek(5_000_000)
        assert next(container.decode(audio=0)).time == pytest.approx(5, abs=0.1)


def test_both_sides_lie_where_they_were_spoken(recording: Recording) -> None:
    key = recording.public_id
    write_journal(key, "customer", hz=440, seconds=1, begun=BEGUN, after=1)
    write_journal(key, "agent", hz=1000, seconds=1, begun=BEGUN, after=3.5)

    sound = heard(made(recording))

    for channel, hz, begin in ((LEFT, 440, 1.0), (RIGHT, 1000, 3.5)):
        voice = sound[:, channel]
        assert loudness(voice, hz=hz, begin=begin + 0.05, end=begin + 0.95) > LOUD
        assert level(voice, begin=0, end=begin - 0.05) < SILENT
        assert level(voice, begin=begin + 1.1, end=SECONDS) < SILENT


@pytest.mark.parametrize(("begin", "until"), [(0, 1), (1, 3.5)])
def test_what_was_held_back_and_then_came_at_once_shifts_nothing_and_cuts_nothing_off(
    recording: Recording, begin: float, until: float
) -> None:
    """A network that stands still at the begin or later, or our own process."""

    def came(said: float) -> float:
        return until if begin <= said < until else said

    for side in ("customer", "agent"):
        write_journal(recording.public_id, side, hz=440, seconds=5, begun=BEGUN, came=came)

    sound = heard(made(recording))

    for channel in (LEFT, RIGHT):
        assert loudness(sound[:, channel], hz=440, begin=0.1, end=4.9) > LOUD
        assert level(sound[:, channel], begin=5.1, end=SECONDS) < SILENT


def test_what_was_said_before_the_conversation_and_came_in_it_is_left_out(
    recording: Recording,
) -> None:
    """It does not move what was said in the conversation either."""

    def came(said: float) -> float:
        return max(0, said - 1)

    write_journal(recording.public_id, "customer", hz=440, seconds=3, begun=BEGUN, came=came)

    left = heard(made(recording))[:, LEFT]

    assert loudness(left, hz=440, begin=0.1, end=1.9) > LOUD
    assert level(left, begin=2.1, end=SECONDS) < SILENT


def test_legs_and_lives_of_a_side_follow_each_other_and_may_overlap(recording: Recording) -> None:
    """A reload brings a new leg, a dead node a new life, a conference a second voice."""
    key = recording.public_id
    write_journal(key, "customer", hz=440, seconds=2, begun=BEGUN, leg="a.1", boot="one")
    write_journal(key, "customer", hz=600, seconds=2, begun=BEGUN, after=3, leg="a.2", boot="two")
    write_journal(key, "customer", hz=900, seconds=2, begun=BEGUN, after=3, leg="b.1", boot="two")

    left = heard(made(recording))[:, LEFT]

    assert loudness(left, hz=440, begin=0.2, end=1.8) > LOUD
    assert level(left, begin=2.2, end=2.9) < SILENT
    assert loudness(left, hz=600, begin=3.2, end=4.8) > LOUD
    assert loudness(left, hz=900, begin=3.2, end=4.8) > LOUD


def test_telephone_sound_is_put_beside_browser_sound(recording: Recording) -> None:
    key = recording.public_id
    write_journal(key, "customer", hz=440, seconds=4, begun=BEGUN, codec=Codec.PCMU)
    write_journal(key, "agent", hz=1000, seconds=4, begun=BEGUN)

    sound = heard(made(recording))

    assert loudness(sound[:, LEFT], hz=440, begin=1, end=3) > LOUD
    assert level(sound[:, LEFT], begin=4.3, end=6) < SILENT
    assert loudness(sound[:, RIGHT], hz=1000, begin=1, end=3) > LOUD


def test_a_side_that_is_not_recorded_is_silent(recording: Recording) -> None:
    write_journal(recording.public_id, "agent", hz=1000, seconds=5, begun=BEGUN)

    sound = heard(made(recording))

    assert level(sound[:, LEFT], begin=0, end=6) < SILENT
    assert level(sound[:, RIGHT], begin=1, end=4) > LOUD
    assert not recording.is_partial


def test_a_waveform_shows_both_sides(recording: Recording) -> None:
    key = recording.public_id
    write_journal(key, "customer", hz=440, seconds=2, begun=BEGUN)
    write_journal(key, "agent", hz=1000, seconds=2, begun=BEGUN, after=4)
    made(recording)

    with recordings_storage().open(recording.peaks_key, "rb") as file:
        peaks = json.loads(file.read())

    rate = peaks["per_second"]
    assert 4 <= rate <= 4.5
    assert len(peaks["customer"]) == len(peaks["agent"]) == pytest.approx(6 * rate, abs=1)
    assert max(peaks["customer"] + peaks["agent"]) == 1
    assert min(peaks["customer"][1:7]) > 0.9
    assert max(peaks["customer"][10:]) == max(peaks["agent"][:15]) == 0


def test_a_clock_that_differs_costs_neither_first_nor_last_words(recording: Recording) -> None:
    write_journal(recording.public_id, "agent", hz=1000, seconds=5, begun=BEGUN, after=-3)

    right = heard(made(recording))[:, RIGHT]

    assert loudness(right, hz=1000, begin=0.1, end=4.9) > LOUD


def test_a_journal_cut_anywhere_becomes_a_partial_recording_that_plays_r_09(
    recording: Recording,
) -> None:
    """R-09: the node was killed in mid-word; what was written is heard."""
    key = recording.public_id
    write_journal(key, "customer", hz=440, seconds=5, begun=BEGUN)
    cut = write_journal(key, "agent", hz=1000, seconds=5, begun=BEGUN, is_closed=False)
    whole = cut.read_bytes()
    cut.write_bytes(whole[: len(whole) - 700])

    sound = heard(made(recording))

    assert (recording.state, recording.is_partial) == (Recording.State.AVAILABLE, True)
    assert loudness(sound[:, LEFT], hz=440, begin=1, end=4.8) > LOUD
    assert loudness(sound[:, RIGHT], hz=1000, begin=1, end=3.8) > LOUD


def test_rubbish_between_the_packets_is_passed_over(recording: Recording) -> None:
    path = write_journal(recording.public_id, "agent", hz=1000, seconds=5, begun=BEGUN)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)

    right = heard(made(recording))[:, RIGHT]

    assert recording.is_partial
    assert loudness(right, hz=1000, begin=0.5, end=1.5) > LOUD
    assert loudness(right, hz=1000, begin=4, end=4.9) > LOUD


def test_nothing_in_the_journals_fails_where_people_see_it_r_09(recording: Recording) -> None:
    """R-09: on the row, in the history, as an alarm; and it is not tried for ever."""
    made(recording)

    assert (recording.state, recording.error) == (Recording.State.FAILED, "nothing_recorded")
    assert recording.due_at is None
    event = ContactEvent.objects.get(contact=recording.contact, kind="recording_failed")
    assert event.details == {"reason": "nothing_recorded"}
    alarm = Alarm.objects.get(kind="recording_failed", closed_at=None)
    assert alarm.instance == recording.instance


def test_two_silent_sides_are_a_recording_all_the_same(recording: Recording) -> None:
    """Whoever was muted throughout has a journal without packets, properly closed."""
    write_journal(recording.public_id, "agent", hz=1000, seconds=0, begun=BEGUN)

    assert level(heard(made(recording))[:, RIGHT], begin=0, end=6) < SILENT
    assert recording.state == Recording.State.AVAILABLE


def test_finalising_again_changes_nothing(recording: Recording) -> None:
    two_tones(recording)
    before = content(made(recording))

    finalise(recording.pk)

    assert content(recording) == before
    recording.refresh_from_db()
    assert recording.attempts == 1


def test_a_second_run_beside_the_first_leaves_it_alone(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Celery may deliver a task twice: the claim is on the row."""
    two_tones(recording)
    runs = []

    def noting(*args: Any, **kwargs: Any) -> Any:
        runs.append(args)
        finalise(recording.pk)
        return make_file(*args, **kwargs)

    monkeypatch.setattr(finalising, "make_file", noting)
    made(recording)

    assert len(runs) == 1
    assert recording.state == Recording.State.AVAILABLE


def test_a_run_that_was_overtaken_does_not_replace_the_whole_file(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow first run reads journals that the second one has removed meanwhile."""
    two_tones(recording)

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(finalising, "make_file", make_file)
        with time_machine.travel(clock.now() + timedelta(hours=1)):
            finalise(recording.pk)
        kwargs["path"].parent.mkdir()
        return make_file([], **kwargs)  # what is left to read: nothing

    monkeypatch.setattr(finalising, "make_file", overtaken)
    sound = heard(made(recording))

    assert loudness(sound[:, LEFT], hz=440, begin=1, end=5) > LOUD
    assert recording.error == ""
    tidy()
    assert not deleting.journals_of(recording).exists()


STEPS: dict[str, tuple[object, str]] = {
    "making": (finalising, "make_file"),
    "storing": (finalising, "_stored"),
    "renaming": (Path, "replace"),
    "publishing": (finalising, "_publish"),
    "forgetting": (deleting, "forget_journals"),
}


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_leaves_no_half_file_and_is_made_up_for_r_09(
    recording: Recording, folders: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """R-09: after the restart the sweep brings the recording."""
    two_tones(recording)
    with monkeypatch.context() as patch:
        patch.setattr(*STEPS[step], killed)
        with pytest.raises(Killed):
            finalise(recording.pk)
    for name in files_in(folders / "recordings"):
        if name.endswith(".webm"):
            av.open(str(folders / "recordings" / name)).close()  # whole, or it would raise

    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        tasks.sweep_recordings()

    sound = heard(Recording.objects.get(pk=recording.pk))
    assert loudness(sound[:, RIGHT], hz=1000, begin=1, end=5) > LOUD
    assert files_in(folders / "journals") == []
    assert len(files_in(folders / "recordings")) == 2


def full_disk(*args: object, **kwargs: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_tried_again_until_it_is_stored_r_09(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-09: after six attempts it counts as failed and is seen; the journals stay."""
    two_tones(recording)
    at = clock.now()
    with monkeypatch.context() as patch:
        patch.setattr(WholeFileStorage, "_save", full_disk)
        finalise(recording.pk)
        recording.refresh_from_db()
        assert (recording.state, recording.error) == ("stopped", "disk_full")
        for _ in range(5):
            at += timedelta(hours=1)
            with time_machine.travel(at):
                tasks.sweep_recordings()
    recording.refresh_from_db()
    assert (recording.state, recording.attempts) == ("failed", 6)
    assert Alarm.objects.filter(kind="recording_failed", closed_at=None).count() == 1
    events = ContactEvent.objects.filter(contact=recording.contact, kind="recording_failed")
    assert [event.details["reason"] for event in events] == ["disk_full"]
    assert len(files_in(Path(settings.JOURNALS_DIR))) == 2

    with time_machine.travel(at + timedelta(hours=2)):
        tasks.sweep_recordings()

    recording.refresh_from_db()
    assert (recording.state, recording.is_partial, recording.error) == ("available", False, "")
    assert not Alarm.objects.filter(closed_at=None).exists()


def test_a_folder_of_journals_that_is_not_mounted_is_waited_for(recording: Recording) -> None:
    two_tones(recording)
    folder = Path(settings.JOURNALS_DIR)
    folder.rename(folder.with_name("away"))

    made(recording)

    assert (recording.state, recording.error) == ("stopped", "not_stored")
    assert recording.due_at is not None


def test_one_file_is_made_at_a_time_and_none_forgotten(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long recording must not take the threads that prompts are rendered in."""
    started, go_on = threading.Event(), threading.Event()
    seen: list[int] = []

    def slow(pk: int) -> None:
        seen.append(pk)
        started.set()
        go_on.wait(30)

    waiting = [2, None]
    monkeypatch.setattr(tasks, "finalise", slow)
    monkeypatch.setattr(tasks, "next_due", lambda: waiting.pop(0))
    first = threading.Thread(target=tasks.finalise_recording, kwargs={"recording_id": 1})
    first.start()
    assert started.wait(30)

    tasks.finalise_recording(recording_id=2)
    assert seen == [1]
    go_on.set()
    first.join(30)

    assert seen == [1, 2]


def test_a_recording_broken_off_by_the_node_is_partial_and_seen_r_09(
    recording: Recording, folders: Path
) -> None:
    """R-09: disk full while the call goes on; what was written until then is heard."""
    rows = Recording.objects.filter(pk=recording.pk)
    rows.update(state="recording", stopped_at=None, due_at=None, started_at=clock.now())
    recording.refresh_from_db()

    lifecycle.failed(recording.public_id, "disk_full")
    recording.refresh_from_db()
    assert (recording.state, recording.error) == ("failed", "disk_full")
    assert Alarm.objects.get(closed_at=None).cause == "disk_full"

    begun = recording.started_at
    write_journal(recording.public_id, "agent", hz=1000, seconds=2, begun=begun, is_closed=False)
    rows.update(stopped_at=begun + timedelta(seconds=3), due_at=clock.now())
    made(recording)

    assert (recording.state, recording.is_partial) == ("available", True)
    assert Alarm.objects.filter(closed_at=None).exists(), "the disk may still be full"
