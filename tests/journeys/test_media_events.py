"""Events of the media node that come twice, late or out of order change nothing."""

import itertools
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.agents.models import Agent
from apps.contacts.domain.states import ConnectionKind
from apps.contacts.models import Call, Contact, ContactEvent, FlowRun
from apps.contacts.services.media_facts import KEPT_FOR
from apps.core import bus, clock, jobs
from apps.flows.models import Asset
from apps.media.desired import CallDesired
from apps.media.events import (
    Applied,
    Event,
    LegConnected,
    LegDigit,
    LegLost,
    PlayerEnded,
    PlayerFailed,
)
from apps.voice.services import media_events
from apps.voice.services.desired import send
from tests.journeys.house import House

pytestmark = pytest.mark.journey


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Every event the fake node reports, as it was reported."""
    events: list[Event] = []
    carry_out = media_events.handle

    def handle(event: Event, *, boot_id: str | None = None) -> None:
        events.append(event)
        carry_out(event, boot_id=boot_id)

    monkeypatch.setattr(media_events, "handle", handle)
    return events


def rows() -> list[tuple[object, ...]]:
    """Everything a replayed event might change, as values."""
    found = Contact.objects.values_list("state", "offers__state", "connections__state", "runs__id")
    calls = Call.objects.values_list("version", "event_sequence", "ended_at")
    return [*found, *calls, (ContactEvent.objects.count(),)]


def test_events_that_come_twice_or_again_change_nothing_r_21(
    house: House, handled: list[Event]
) -> None:
    """R-21: every event of a whole call is replayed after each step, forwards and backwards."""
    ana = house.agent("ana")
    house.available(ana)
    customer, own = house.talking(ana)
    house.node.lost(own, cause="silent")
    house.node.connected(own)
    before, past = rows(), tuple(handled)
    assert {type(event) for event in past} >= {LegConnected, LegLost, PlayerEnded}

    for event in itertools.chain(past, reversed(past)):
        media_events.handle(event)

    assert rows() == before
    assert house.node.heard_by(customer) == (own.leg,)


def test_a_repetition_costs_one_look_and_no_lock(
    house: House, handled: list[Event], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Minutes without control leave many of them in front of what is new."""
    house.node.pressed(house.call(), "5")

    with django_assert_num_queries(1):
        media_events.handle(handled[-1], boot_id=house.node.boot_id)


def test_an_event_that_was_overtaken_is_ignored(house: House) -> None:
    customer = house.call()
    call = str(customer.call.public_id)
    late = LegLost(
        call=call,
        epoch=1,
        sequence=1,
        occurred_at=clock.now(),
        leg=customer.leg,
        cause="silent",
    )
    house.node.pressed(customer, "5")

    media_events.handle(late)

    customer.refresh_from_db()
    assert customer.has_media


@pytest.mark.parametrize("leg", ["00000000-0000-0000-0000-000000000000.1", "{leg}0"])
def test_events_of_unknown_legs_change_nothing(house: House, leg: str) -> None:
    customer = house.call()
    before = ContactEvent.objects.count()

    named = leg.format(leg=customer.leg)
    house.node.report(customer, LegConnected, leg=named)
    house.node.report(customer, LegLost, leg=named, cause="silent")
    house.node.report(customer, LegDigit, leg=named, digit="1")

    assert ContactEvent.objects.count() == before


def test_an_event_of_an_unknown_call_is_dropped(house: House) -> None:
    media_events.handle(
        PlayerEnded(
            call="00000000-0000-0000-0000-000000000000",
            epoch=1,
            sequence=1,
            occurred_at=clock.now(),
            player="x",
        )
    )

    assert not Call.objects.exists()


def test_the_end_of_a_list_that_plays_no_more_changes_nothing(house: House) -> None:
    customer = house.call()
    leg = house.node.leg(customer)
    assert leg is not None
    greeting = leg.hears[0]
    house.node.played(customer)
    heard = house.node.heard_by(customer)

    house.node.report(customer, PlayerEnded, player=greeting)

    assert house.node.heard_by(customer) == heard


def test_events_after_the_end_change_nothing(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, own = house.talking(ana)
    house.command(ana, "contact.end", customer.contact)
    before = ContactEvent.objects.count()

    for line in (customer, own):
        house.node.report(line, LegConnected, leg=line.leg)
        house.node.report(line, LegLost, leg=line.leg, cause="closed")

    assert ContactEvent.objects.count() == before
    assert house.state(ana) == "acw"


def test_what_the_node_applied_is_written_down_and_announced_to_nobody(house: House) -> None:
    customer = house.call()
    told: list[bus.Message] = []
    end = bus.subscribe("media.embedded", told.append)

    house.node.applied(customer)
    house.node.report(customer, Applied, epoch=1, version=1)
    end()

    call = Call.objects.get()
    assert call.applied_version == call.version
    assert told == []


def test_a_repeated_state_is_the_same_state(house: House) -> None:
    customer = house.call()
    told: list[bus.Message] = []
    end = bus.subscribe("media.embedded", told.append)

    send(Call.objects.get())
    end()

    assert [CallDesired.from_dict(message) for message in told] == [house.node.desired(customer)]


def test_a_fact_has_the_time_at_which_it_happened_r_04(house: House) -> None:
    """R-04: an event that could not be handed over for a minute is written where it belongs."""
    customer = house.queued()
    house.time.shift(10)
    happened = clock.now()
    house.time.shift(60)

    house.node.report(customer, LegLost, leg=customer.leg, cause="silent", occurred_at=happened)

    last = ContactEvent.objects.order_by("id").last()
    assert last is not None
    assert (last.kind, last.at) == ("media_lost", happened)
    customer.refresh_from_db()
    assert customer.due_at == clock.now() + KEPT_FOR[ConnectionKind.CUSTOMER]


@pytest.mark.parametrize(
    ("gone", "reason"),
    [(ConnectionKind.CUSTOMER, "CUSTOMER_DISCONNECT"), (ConnectionKind.AGENT, "AGENT_DISCONNECT")],
)
def test_a_call_that_the_node_ended_itself_ended_when_its_party_left_r_04(
    house: House, ana: Agent, gone: ConnectionKind, reason: str
) -> None:
    """R-04: the database was away for a minute; either side could hang up, the record is right."""
    house.available(ana)
    customer, line = house.talking(ana)
    house.time.shift(5)
    hung_up = clock.now()
    house.time.shift(60)
    first, other = (customer, line) if gone == ConnectionKind.CUSTOMER else (line, customer)

    house.node.report(first, LegLost, leg=first.leg, cause="closed", occurred_at=hung_up)
    let_go = {"cause": "control_silent", "occurred_at": hung_up + timedelta(seconds=5)}
    house.node.report(other, LegLost, leg=other.leg, **let_go)

    contact = Contact.objects.get()
    assert (contact.state, contact.disconnect_reason) == ("ended", reason)
    assert contact.disconnected_at == hung_up
    assert house.state(ana) == "acw"
    assert Call.objects.get().ended_at is not None


def test_a_party_lost_during_an_outage_is_gone_as_of_the_loss_r_04(house: House) -> None:
    """R-04: it is waited for after the outage, but did not wait in the line for all that time."""
    customer = house.queued()
    house.time.shift(10)
    lost = clock.now()
    house.time.shift(60)
    house.sweep()
    house.node.report(customer, LegLost, leg=customer.leg, cause="closed", occurred_at=lost)
    assert Call.objects.get().ended_at is None

    house.wait(12)

    contact = Contact.objects.get()
    assert contact.disconnected_at == lost + KEPT_FOR[ConnectionKind.CUSTOMER]


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_node_with_a_wrong_clock_cannot_turn_a_history_around_r_11(
    house: House, seconds: int
) -> None:
    """R-11: never before what is written down already, never in the future."""
    customer = house.queued()
    written = ContactEvent.objects.order_by("id").values_list("at", flat=True).last()
    house.time.shift(5)

    house.node.report(
        customer,
        LegLost,
        leg=customer.leg,
        cause="silent",
        occurred_at=clock.now() + timedelta(seconds=seconds),
    )

    last = ContactEvent.objects.order_by("id").last()
    assert last is not None
    assert last.at == (written if seconds < 0 else clock.now())


def test_a_loop_that_cannot_be_played_becomes_music(house: House) -> None:
    """The prompt is named in the history, and the caller is not left in silence."""
    customer = house.queued()
    run = FlowRun.objects.get(is_running=True)
    assert run.player is not None
    clip = {"kind": "clip", "asset": "gone"}
    run.player = {**run.player, "items": [clip], "loop": True}
    run.save(update_fields=["player"])

    house.node.report(customer, PlayerFailed, player=run.player["id"], item=0)

    assert house.node.heard_by(customer) == ("music",)
    failed = ContactEvent.objects.get(kind="prompt_failed")
    assert failed.details == {"item": 0, "asset": "gone"}


def test_a_loop_of_several_becomes_music_when_the_last_cannot_be_played(house: House) -> None:
    customer = house.queued()
    run = FlowRun.objects.get(is_running=True)
    assert run.player is not None
    clips = [{"kind": "clip", "asset": name} for name in ("one", "two")]
    run.player = {**run.player, "items": clips, "loop": True}
    run.save(update_fields=["player"])

    for item in (1, 1):
        house.node.report(customer, PlayerFailed, player=run.player["id"], item=item)
    assert house.node.heard_by(customer) != ("music",)
    house.node.report(customer, PlayerFailed, player=run.player["id"], item=0)

    assert house.node.heard_by(customer) == ("music",)


def test_speech_that_is_gone_is_spoken_again_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    customer = house.call()
    key = house.node.heard_by(customer)[0]
    spoken = Asset.objects.get(content_hash=key.rpartition("/")[2])
    monkeypatch.setattr(jobs, "enqueue", lambda _name, asset_id: asked.append(asset_id))
    player = FlowRun.objects.get(is_running=True).player
    assert player is not None

    for _ in range(2):
        house.node.report(customer, PlayerFailed, player=player["id"], item=0)

    spoken.refresh_from_db()
    assert (spoken.state, asked) == (Asset.State.PENDING, [spoken.pk])
