"""A media node is gone: its calls go on at another one, or end in time; nobody is stuck (R-12)."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError

from apps.contacts.domain.nodes import Heartbeat
from apps.contacts.domain.states import ConnectionState
from apps.contacts.errors import NoMediaNode
from apps.contacts.models import Call, Connection, Contact, ContactEvent, FlowRun
from apps.contacts.services import nodes
from apps.contacts.services.recovery import move_call, move_calls
from apps.contacts.services.sweep import Sweeper, calls_behind
from apps.core import bus, clock
from apps.instances.scope import unscoped
from apps.media.events import Applied, LegConnected, LegLost, PlayerEnded
from apps.voice.control import Control
from apps.voice.services import desired, media_events
from tests.journeys.house import MOMENTS, House, NotingNode

pytestmark = pytest.mark.journey


@pytest.fixture
def second(house: House) -> Iterator[NotingNode]:
    """Another media node, with room for ten calls."""
    node = NotingNode("second", capacity=10)
    yield node
    node.close()


def restart(house: House) -> None:
    """The process dies and comes back under its slot, knowing nothing."""
    house.node.boot()
    move_calls()


def come_back(node: NotingNode) -> None:
    """Every page builds its new line."""
    for line in Connection.objects.exclude(state=ConnectionState.DISCONNECTED):
        node.connected(line)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_call_goes_on_where_it_was_when_its_pages_come_back_r_02(
    house: House, moment: str
) -> None:
    """R-02: after a restart the same contact is with the same agent, in the same state."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)
    house.wait(1)
    before = (house.state(ana), Contact.objects.get().state)

    restart(house)
    assert not Connection.objects.filter(has_media=True).exists()
    come_back(house.node)

    customer.refresh_from_db()
    assert customer.has_media
    assert customer.generation == 2
    if moment == "accepted":  # the agent's audio came up just now: the whisper begins
        assert house.state(ana) == "connecting"
    else:
        assert (house.state(ana), Contact.objects.get().state) == before
    house.wait(40)
    assert Call.objects.get().ended_at is None


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_call_nobody_comes_back_to_ends_with_its_reason_r_12(house: House, moment: str) -> None:
    """R-12: a restart leaves no orphan: no live call, no agent with a call that nobody carries."""
    ana = house.agent("ana")
    house.available(ana)
    house.reach(moment, ana)
    house.wait(1)

    restart(house)
    house.wait(12)

    assert Call.objects.get().ended_at is not None
    assert Contact.objects.get().disconnect_reason == "TELECOM_PROBLEM"
    joined = moment in ("talking", "hold")
    assert house.state(ana) == ("acw" if joined else "available")


def test_an_agent_who_does_not_come_back_is_not_waited_for_without_end(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)

    restart(house)
    house.node.connected(customer)
    house.wait(29)
    assert Call.objects.get().ended_at is None
    house.wait(3)

    assert Call.objects.get().ended_at is not None
    assert house.state(ana) == "acw"


def test_calls_of_a_node_that_is_gone_move_to_the_second_r_02(
    house: House, second: NotingNode
) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, own = house.talking(ana)
    first = house.node

    nodes.lost(first.slot, now=clock.now())
    assert move_calls() == 1
    house.node = second
    come_back(second)

    call = Call.objects.get()
    assert (call.node, call.boot_id, call.epoch) == ("second", second.boot_id, 2)
    own.refresh_from_db()
    assert second.heard_by(customer) == (own.leg,)
    fenced = first.calls[str(call.public_id)]
    assert (fenced.ended, fenced.epoch, fenced.version) == (True, 2, 0)
    assert "moved" in ContactEvent.objects.values_list("kind", flat=True)
    assert move_calls() == 0


def test_what_the_former_node_still_says_is_not_believed(house: House, second: NotingNode) -> None:
    """A paused node wakes up and tells of legs that died, in the epoch it was told last."""
    customer = house.queued()
    first, call = house.node, str(customer.call.public_id)
    nodes.lost(first.slot, now=clock.now())
    move_calls()
    house.node = second
    come_back(second)
    customer.refresh_from_db()

    late = LegLost(
        call=call,
        epoch=2,
        sequence=99,
        occurred_at=clock.now(),
        leg=customer.leg,
        cause="closed",
    )
    media_events.handle(late, boot_id=first.boot_id)
    media_events.handle(
        Applied(call=call, epoch=2, sequence=100, occurred_at=clock.now(), version=99),
        boot_id=first.boot_id,
    )

    customer.refresh_from_db()
    assert customer.has_media
    row = Call.objects.get()
    assert row.event_sequence < 99
    assert row.applied_version < 99


def test_events_of_an_older_epoch_are_dropped(house: House) -> None:
    customer = house.queued()
    restart(house)
    customer.refresh_from_db()

    old = LegConnected(
        call=str(customer.call.public_id),
        epoch=1,
        sequence=50,
        occurred_at=clock.now(),
        leg=customer.leg,
    )
    media_events.handle(old, boot_id=house.node.boot_id)

    customer.refresh_from_db()
    assert not customer.has_media


def test_the_callers_page_is_told_that_its_line_is_new(house: House) -> None:
    customer = house.queued()
    told: list[bus.Message] = []
    end = bus.subscribe(f"customer.{customer.public_id}", told.append)

    restart(house)
    end()

    assert [message["state"] for message in told] == ["ringing"]


def test_without_another_node_a_call_waits_for_one_until_its_deadline(house: House) -> None:
    customer = house.queued()
    nodes.lost(house.node.slot, now=clock.now())

    assert move_calls() == 1
    assert move_calls() == 0
    customer.refresh_from_db()
    due = customer.due_at
    house.wait(4)
    house.node.beat()  # it was paused, and is back with all it had
    assert move_calls() == 1

    customer.refresh_from_db()
    assert (customer.call.node, customer.due_at) == ("embedded", due)
    come_back(house.node)
    assert house.node.heard_by(customer)


def test_a_prompt_that_ended_while_no_node_had_the_call_is_asked_for_again(house: House) -> None:
    """The end was not believed, so the flow still waits: the node has to play the list anew."""
    customer = house.call()
    leg, greeting = house.node.leg(customer), house.node.heard_by(customer)
    assert leg is not None
    nodes.lost(house.node.slot, now=clock.now())
    move_calls()
    house.node.report(customer, PlayerEnded, player=leg.hears[0])
    house.node.beat()
    move_calls()
    come_back(house.node)

    assert house.node.heard_by(customer) == greeting
    house.node.played(customer)
    assert house.node.heard_by(customer) != greeting


def test_a_call_that_ended_meanwhile_is_not_moved(house: House, second: NotingNode) -> None:
    customer = house.queued()
    stale = Call.objects.get()
    nodes.lost(house.node.slot, now=clock.now())
    move_calls()

    assert not move_call(stale, node=None)

    assert Call.objects.get().node == "second"
    house.node = second
    customer.refresh_from_db()


def test_a_call_without_a_live_connection_is_closed_r_12(house: House) -> None:
    house.queued()
    Connection.objects.update(state=ConnectionState.DISCONNECTED)
    FlowRun.objects.update(is_running=False, player=None)
    Contact.objects.update(state="completed", completed_at=clock.now(), disconnected_at=clock.now())

    restart(house)

    assert Call.objects.get().ended_at is not None


class TestChoice:
    """Where the next call goes."""

    def test_it_goes_where_most_room_is(self, house: House, second: NotingNode) -> None:
        house.node.beat()
        assert nodes.node_with_most_room(now=clock.now()).slot == "embedded"
        NotingNode("third", capacity=1000).close()
        assert nodes.node_with_most_room(now=clock.now()).slot == "third"

    def test_calls_given_since_the_last_heartbeat_count(self, house: House) -> None:
        small = NotingNode("small", capacity=1)
        nodes.lost("embedded", now=clock.now())
        house.node.close()
        house.node = small
        house.arrive()

        with pytest.raises(NoMediaNode):
            house.arrive()

    def test_a_draining_node_gets_none_and_keeps_what_it_has(self, house: House) -> None:
        house.queued()
        house.node.beat(is_draining=True)

        with pytest.raises(NoMediaNode):
            nodes.node_with_most_room(now=clock.now())
        assert move_calls() == 0

    def test_a_node_not_heard_for_long_gets_none(self, house: House) -> None:
        house.node.beat()
        house.wait(16)

        with pytest.raises(NoMediaNode):
            nodes.node_with_most_room(now=clock.now())


class TestLastWord:
    """R-04: the end of a call reaches its node, however often the word is lost."""

    def test_an_ended_call_is_sent_until_applied(self, house: House) -> None:
        customer = house.queued()
        house.node.applied(customer)
        house.node.lost(customer, cause="silent")
        house.wait(12)
        assert Call.objects.get().ended_at is not None

        with unscoped("as control asks"):
            assert calls_behind() == [Call.objects.get()]
            house.node.applied(customer)
            assert calls_behind() == []

    def test_not_for_ever_and_not_to_the_dead(self, house: House) -> None:
        customer = house.queued()
        house.node.lost(customer, cause="silent")
        house.wait(12)

        with unscoped("as control asks"):
            assert calls_behind()
            nodes.lost(house.node.slot, now=clock.now())
            assert calls_behind() == []


def test_a_state_that_was_committed_and_never_sent_is_sent_by_the_next_sweep_r_08(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-08: control is killed between its commit and the message to the node."""
    ana = house.agent("ana")
    house.available(ana)
    customer, own = house.talking(ana)
    house.node.applied(customer)
    monkeypatch.setattr(desired, "publish", lambda topic, message: None)
    house.command(ana, "connection.hold", customer.contact)
    monkeypatch.undo()
    assert house.node.heard_by(customer) == (own.leg,)

    control = Control()
    control._sweep()
    control.stop()

    assert house.node.heard_by(customer) != (own.leg,)


def test_control_moves_calls_when_it_hears_a_new_boot_and_tells_the_nodes_that_it_lives(
    house: House,
) -> None:
    customer = house.queued()
    told: list[bus.Message] = []
    end = bus.subscribe("media.all", told.append)
    control = Control()
    house.node.calls.clear()
    beat = Heartbeat(slot="embedded", boot_id="next life", calls=0, capacity=10)
    bus.publish_now("control.nodes", beat.to_dict())

    control._sweep_if_leading()
    control.stop()
    end()

    call = Call.objects.get()
    assert (call.boot_id, call.epoch) == ("next life", 2)
    assert [message["kind"] for message in told] == ["control_alive"]
    customer.refresh_from_db()
    assert house.node.leg(customer) is not None


def test_nodes_hear_nothing_of_a_control_that_does_not_reach_the_database_r_04(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bus.Message] = []
    end = bus.subscribe("media.all", told.append)
    control = Control()

    def away(_sweeper: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(Sweeper, "run", away)
    control._guarded(control._sweep_if_leading)
    control.stop()
    end()

    assert told == []


def test_a_sweeper_that_takes_over_after_a_gap_blames_nobody_for_it(house: House) -> None:
    """Decision 6: the gap is known from a row, so a new process sees it too."""
    ana = house.agent("ana")
    house.available(ana)
    house.reach("ringing", ana)
    house.sweep()
    house.time.shift(60)

    house.sweeper = Sweeper()
    house.sweep()

    assert house.state(ana) == "incoming"
