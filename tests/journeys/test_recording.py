"""What is recorded of a conversation, and who sees it (domain page, section 16)."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from apps.agents.models import Agent
from apps.alarms.models import Alarm
from apps.contacts.models import Connection, ContactEvent
from apps.contacts.selectors import is_monitorable
from apps.contacts.services import ending, flow_effects
from apps.contacts.services.rows import call_work
from apps.core import clock
from apps.flows.domain.effects import SetRecording
from apps.media.events import RecordingClosed, RecordingFailed
from apps.recordings import tasks
from apps.recordings.models import Recording
from apps.voice.errors import StaleLeg
from apps.voice.services.signalling import agent_leg
from tests.apps.recordings.journals import write_journal
from tests.domain.flows.bench import act
from tests.journeys.flows import QUEUED, answer_with
from tests.journeys.house import House

pytestmark = pytest.mark.journey

BOTH = ["agent", "customer"]


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.JOURNALS_DIR = tmp_path / "journals"
    settings.JOURNALS_DIR.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "recordings": {
            "BACKEND": "apps.recordings.storage.WholeFileStorage",
            "OPTIONS": {"location": tmp_path / "recordings"},
        },
    }
    yield


@pytest.fixture
def free_ana(house: House, ana: Agent) -> Agent:
    house.available(ana)
    return ana


def record_block(*participants: str, to: str) -> dict[str, Any]:
    behaviour = {"RecordedParticipants": list(participants)}
    return act("Record", "UpdateContactRecordingBehavior", {"RecordingBehavior": behaviour}, to=to)


def answer_recording(house: House, *participants: str) -> None:
    """The house's number records these, and queues without a greeting."""
    answer_with(house, [record_block(*participants, to="Choose"), *QUEUED])


def tracks(house: House, line: Connection) -> dict[str, tuple[str, ...]]:
    """Which legs the media node writes into which side; empty when it records nothing."""
    recordings = house.node.desired(line).recordings
    assert len(recordings) <= 1
    return {track.side: track.legs for one in recordings for track in one.tracks}


def recording_of(line: Connection) -> Recording:
    return Recording.objects.get(contact=line.contact_id)


def shown(house: House, agent: Agent) -> list[str]:
    recorded: list[str] = house.panel(agent)["contact"]["recorded"]
    return recorded


def history(line: Connection) -> list[str]:
    events = ContactEvent.objects.filter(contact=line.contact_id, kind__startswith="recording")
    return [event.kind for event in events]


def closed(house: House, line: Connection) -> None:
    """The media node has flushed the journals."""
    key = str(recording_of(line).public_id)
    house.node.report(line, RecordingClosed, recording=key)


@pytest.mark.parametrize(
    "moment", ["in_flow", "queued", "ringing", "accepted", "agent_whisper", "customer_whisper"]
)
def test_nothing_is_recorded_before_agent_and_customer_talk(
    house: House, free_ana: Agent, moment: str
) -> None:
    customer = house.reach(moment, free_ana)

    assert tracks(house, customer) == {}
    assert not Recording.objects.exists()


def test_both_sides_are_recorded_from_the_join_to_the_end(house: House, free_ana: Agent) -> None:
    customer, own = house.talking(free_ana)

    assert tracks(house, own) == {"agent": (own.leg,), "customer": (customer.leg,)}
    assert shown(house, free_ana) == BOTH

    house.command(free_ana, "contact.end", customer.contact)

    assert tracks(house, own) == {}
    assert shown(house, free_ana) == []
    assert recording_of(customer).state == Recording.State.STOPPED
    assert history(customer) == ["recording_set", "recording_started"]


def test_a_held_customer_is_not_recorded_and_the_agent_is(house: House, free_ana: Agent) -> None:
    customer, own = house.talking(free_ana)

    house.command(free_ana, "connection.hold", customer.contact)
    assert tracks(house, own) == {"agent": (own.leg,), "customer": ()}
    assert shown(house, free_ana) == BOTH

    house.command(free_ana, "connection.resume", customer.contact)
    assert tracks(house, own) == {"agent": (own.leg,), "customer": (customer.leg,)}


def test_a_muted_agent_is_silent_in_the_recording(house: House, free_ana: Agent) -> None:
    customer, own = house.talking(free_ana)

    house.command(free_ana, "connection.mute", customer.contact)
    assert tracks(house, own) == {"agent": (), "customer": (customer.leg,)}

    house.command(free_ana, "connection.unmute", customer.contact)
    assert tracks(house, own)["agent"] == (own.leg,)


def test_a_lost_customer_leaves_no_comfort_sound_in_the_recording(
    house: House, free_ana: Agent
) -> None:
    customer, own = house.talking(free_ana)

    house.node.lost(customer, cause="silent")

    assert house.node.heard_by(own) == ("comfort",)
    assert tracks(house, own)["customer"] == ()


def test_a_reloaded_panel_goes_on_being_recorded(house: House, free_ana: Agent) -> None:
    _, own = house.talking(free_ana)
    for _attempt in range(2):
        with suppress(StaleLeg):
            agent_leg(agent=free_ana, connection_id=own.public_id, generation=1)
    own.refresh_from_db()
    assert own.generation == 2

    assert tracks(house, own)["agent"] == (own.leg,)


@pytest.mark.parametrize("side", ["agent", "customer"])
def test_one_side_alone_is_recorded_where_the_flow_says_so_sr_129(
    house: House, free_ana: Agent, side: str
) -> None:
    """SR-129: and that is not enough for listening in."""
    answer_recording(house, side.title())
    customer, own = house.talking(free_ana)

    assert list(tracks(house, own)) == [side]
    assert shown(house, free_ana) == [side]
    customer.contact.refresh_from_db()
    assert not is_monitorable(customer.contact)


def test_without_the_block_nothing_is_recorded_and_nobody_may_listen_in_sr_126(
    house: House, free_ana: Agent
) -> None:
    """SR-126."""
    answer_with(house, QUEUED)
    customer, own = house.talking(free_ana)

    assert tracks(house, own) == {}
    assert shown(house, free_ana) == []
    assert not Recording.objects.exists()
    customer.contact.refresh_from_db()
    assert not is_monitorable(customer.contact)


def test_both_sides_recorded_allow_listening_in_while_they_talk_sr_126(
    house: House, free_ana: Agent
) -> None:
    """SR-126, SR-129."""
    customer = house.reach("ringing", free_ana)
    customer.contact.refresh_from_db()
    assert not is_monitorable(customer.contact)

    house.command(free_ana, "contact.accept", customer.contact)
    own = house.line(free_ana)
    house.node.connected(own)
    house.node.played(own)
    house.node.played(customer)
    customer.contact.refresh_from_db()
    assert is_monitorable(customer.contact)

    house.command(free_ana, "contact.end", customer.contact)
    customer.contact.refresh_from_db()
    assert not is_monitorable(customer.contact)


@pytest.mark.parametrize(("first", "later"), [([], BOTH), (BOTH, [])])
def test_a_block_executed_after_the_join_changes_nothing_sr_128(
    house: House, free_ana: Agent, first: list[str], later: list[str]
) -> None:
    """SR-128: whatever flow runs for the customer later, either way."""
    answer_recording(house, *(side.title() for side in first))
    customer, own = house.talking(free_ana)
    before = tracks(house, own)

    house.command(free_ana, "connection.hold", customer.contact)
    with call_work(customer.call_id):
        run = customer.runs.get(is_running=True)
        flow_effects.carry_out(run, SetRecording(tuple(later)), now=clock.now())
    house.command(free_ana, "connection.resume", customer.contact)

    customer.contact.refresh_from_db()
    assert customer.contact.recorded == first
    assert is_monitorable(customer.contact) == bool(first)
    assert tracks(house, own) == before
    assert Recording.objects.exists() == bool(first)


def speak(customer: Connection) -> None:
    """Both have said something."""
    recording = recording_of(customer)
    for side, hz in (("agent", 1000), ("customer", 440)):
        write_journal(recording.public_id, side, hz=hz, seconds=4, begun=recording.started_at)


def test_the_file_is_there_as_soon_as_the_node_has_written_everything(
    house: House, free_ana: Agent
) -> None:
    customer, own = house.talking(free_ana)
    speak(customer)
    house.wait(4)
    house.command(free_ana, "contact.end", customer.contact)

    closed(house, own)

    recording = recording_of(customer)
    assert (recording.state, recording.is_partial) == (Recording.State.AVAILABLE, False)
    assert recording.duration_ms == 4000


def test_a_node_that_says_nothing_more_is_not_waited_for_r_09(
    house: House, free_ana: Agent
) -> None:
    """R-09: killed with the call; the sweep makes what the journals hold."""
    customer, _own = house.talking(free_ana)
    speak(customer)
    house.command(free_ana, "contact.end", customer.contact)
    tasks.sweep_recordings()
    assert recording_of(customer).state == Recording.State.STOPPED

    house.time.shift(timedelta(seconds=31))
    tasks.sweep_recordings()

    assert recording_of(customer).state == Recording.State.AVAILABLE


def test_a_conversation_that_ended_long_ago_is_waited_for_from_now_on(
    house: House, free_ana: Agent
) -> None:
    """The hang-up was said while the server could not be reached; the node has not closed yet."""
    customer, own = house.talking(free_ana)
    speak(customer)
    house.skip(60)
    ending.hang_up(contact=customer.contact, said_at=clock.now() - timedelta(seconds=50))

    tasks.sweep_recordings()
    assert recording_of(customer).state == Recording.State.STOPPED
    closed(house, own)

    recording = recording_of(customer)
    assert (recording.state, recording.is_partial) == (Recording.State.AVAILABLE, False)


def test_an_early_goodbye_of_a_node_does_not_end_the_recording(
    house: House, free_ana: Agent
) -> None:
    """The node gave up the call while the conversation goes on, on another one."""
    customer, own = house.talking(free_ana)

    closed(house, own)

    assert recording_of(customer).state == Recording.State.RECORDING
    assert tracks(house, own)["agent"] == (own.leg,)


def test_a_node_that_cannot_write_is_seen_by_the_agent_and_the_call_goes_on_r_09(
    house: House, free_ana: Agent
) -> None:
    """R-09: the panel, the history and an alarm say so; both go on talking."""
    customer, own = house.talking(free_ana)
    key = str(recording_of(customer).public_id)

    for _twice in range(2):
        house.node.report(own, RecordingFailed, recording=key, reason="disk_full")

    recording = recording_of(customer)
    assert (recording.state, recording.error) == (Recording.State.FAILED, "disk_full")
    assert recording.is_partial
    assert shown(house, free_ana) == []
    assert tracks(house, own) == {}
    assert house.state(free_ana) == "connected"
    assert history(customer)[-1] == "recording_failed"
    assert history(customer).count("recording_failed") == 1
    alarm = Alarm.objects.get(closed_at=None)
    assert (alarm.kind, alarm.cause, alarm.severity) == (
        "recording_failed",
        "disk_full",
        "critical",
    )


def test_a_whole_recording_afterwards_says_that_the_trouble_is_over(
    house: House, free_ana: Agent
) -> None:
    customer, own = house.talking(free_ana)
    key = str(recording_of(customer).public_id)
    house.node.report(own, RecordingFailed, recording=key, reason="disk_full")
    house.command(free_ana, "contact.end", customer.contact)
    house.command(free_ana, "contact.clear", customer.contact)
    house.wait(60)

    customer, own = house.talking(free_ana)
    speak(customer)
    house.wait(4)
    house.command(free_ana, "contact.end", customer.contact)
    closed(house, own)

    assert recording_of(customer).state == Recording.State.AVAILABLE
    assert not Alarm.objects.filter(cause="disk_full", closed_at=None).exists()
