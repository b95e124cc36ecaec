"""From the queue to an agent: ringing, rejecting, ringing out, and races for one call."""

from datetime import timedelta
from typing import Any

import pytest

from apps.contacts.errors import OfferGone
from apps.contacts.models import Contact, Offer
from apps.contacts.services import dispatch, ending
from apps.contacts.services.dispatch import run_pass
from apps.core import bus, clock
from apps.instances.services.instances import update_instance
from apps.routing.domain.decision import Assignment, decide
from tests.journeys.at_once import at_once
from tests.journeys.house import House

pytestmark = pytest.mark.journey


def test_a_rejected_call_rings_at_the_next_agent(house: House) -> None:
    ana, bob = house.agent("ana"), house.agent("bob")
    house.available(ana)
    customer = house.reach("ringing", ana)
    house.available(bob)

    house.command(ana, "contact.reject", customer.contact)
    house.route()

    assert house.state(ana) == "missed"
    assert house.panel(ana)["contact"]["endReason"] == "rejected"
    assert house.state(bob) == "incoming"
    assert list(Offer.objects.values_list("n", "state")) == [(1, "missed"), (2, "ringing")]


def test_a_missed_call_keeps_its_place_in_the_queue(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.reach("ringing", ana)
    before = Contact.objects.get().enqueued_at

    house.wait(house.instance.ring_seconds)

    contact = Contact.objects.get()
    assert (contact.state, contact.enqueued_at) == ("queued", before)


@pytest.mark.parametrize("way_out", ["contact.clear", "contact.become_available"])
def test_a_missed_agent_is_not_offered_anything_until_cleared(house: House, way_out: str) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing", ana)
    house.command(ana, "contact.reject", customer.contact)
    assert house.route() == 0

    house.command(ana, way_out, customer.contact)

    assert house.state(ana) == "available"
    assert house.route() == 1


def test_a_ring_begins_when_it_is_claimed_however_long_ago_it_was_chosen_r_27(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-27: a process that stands still between the two neither shortens the ring nor goes back."""
    ana = house.agent("ana")
    house.available(ana)
    contact = house.queued().contact

    def slowly(*facts: Any, **more: Any) -> list[Assignment]:
        chosen = decide(*facts, **more)
        house.time.shift(5)
        return chosen

    monkeypatch.setattr(dispatch, "decide", slowly)
    house.route()

    assert house.offer(ana).due_at == clock.now() + timedelta(seconds=house.instance.ring_seconds)
    assert contact.events.get(kind="offered").at == clock.now()


@pytest.mark.parametrize("way", ["contact.reject", None])
def test_a_missed_call_clears_itself_where_the_instance_says_so(
    house: House, way: str | None
) -> None:
    update_instance(house.instance, missed_recovery_seconds=30)
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing", ana)
    if way:
        house.command(ana, way, customer.contact)
    else:
        house.wait(house.instance.ring_seconds)
    ending.hang_up(contact=customer.contact)
    assert house.state(ana) == "missed"

    house.skip(29)
    assert house.state(ana) == "missed"
    house.skip(1)

    assert house.state(ana) == "available"


def test_a_missed_call_stays_until_it_is_cleared_otherwise(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing", ana)
    house.command(ana, "contact.reject", customer.contact)
    ending.hang_up(contact=customer.contact)

    house.skip(3600)

    assert house.state(ana) == "missed"


def test_a_call_rings_for_exactly_the_ring_time(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.reach("ringing", ana)
    due = house.offer(ana).due_at

    house.wait(house.instance.ring_seconds - 1)
    assert house.state(ana) == "incoming"
    house.wait(1)

    assert clock.now() == due
    assert house.state(ana) == "missed"
    assert house.panel(ana)["contact"]["endReason"] == "no_answer"


@pytest.mark.parametrize("seconds", [10, 60])
def test_the_ring_time_is_the_instances_own(house: House, seconds: int) -> None:
    """The next ring has it: the one that rings goes on as it began."""
    ana, bob = house.agent("ana"), house.agent("bob")
    house.available(ana)
    house.available(bob)
    house.reach("ringing", ana)
    before = house.offer(ana).due_at
    house.queued()

    run_pass(update_instance(house.instance, ring_seconds=seconds))

    assert house.offer(ana).due_at == before
    house.skip(seconds - 1)
    assert house.state(bob) == "incoming"
    house.skip(1)

    assert house.state(bob) == "missed"


def test_a_ring_is_not_over_while_nobody_could_answer(house: House) -> None:
    """Decision 6: after a gap of the sweeper deadlines move by the gap, and the page is told."""
    ana = house.agent("ana")
    house.available(ana)
    house.reach("ringing", ana)
    house.wait(5)
    before = house.offer(ana).due_at
    heard: list[bus.Message] = []
    end = bus.subscribe(f"agent.{ana.pk}", heard.append)

    house.time.shift(60)
    house.sweep()
    end()

    after = house.offer(ana).due_at
    assert house.state(ana) == "incoming"
    assert before is not None and after is not None
    assert (after - before).total_seconds() == 60
    assert heard[-1]["panel"]["contact"]["ringDueAt"] == clock.iso(after)


def test_two_seconds_without_a_sweep_are_no_gap(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.reach("ringing", ana)
    house.wait(house.instance.ring_seconds - 2)

    house.time.shift(2)
    house.sweep()

    assert house.state(ana) == "missed"


def test_without_an_agent_the_queue_flow_goes_on_sr_068(house: House) -> None:
    """SR-068: Available means may be given calls: the first who is gets the call at once."""
    customer = house.queued()
    heard = house.node.heard_by(customer)
    house.wait(60)
    assert house.node.heard_by(customer) == heard
    assert "music" in heard

    ana = house.agent("ana")
    house.available(ana)

    assert house.route() == 1
    assert house.node.heard_by(customer) == heard


def test_an_agent_who_becomes_free_asks_for_a_pass(house: House) -> None:
    wanted: list[bus.Message] = []
    end = bus.subscribe("routing.wanted", wanted.append)
    ana = house.agent("ana")

    house.open_panel(ana)
    assert wanted == []
    house.available(ana)
    end()

    assert wanted == [{"instance": house.instance.pk}]


def test_a_caller_who_is_queued_asks_for_a_pass(house: House) -> None:
    wanted: list[bus.Message] = []
    end = bus.subscribe("routing.wanted", wanted.append)
    house.queued()
    end()

    assert wanted == [{"instance": house.instance.pk}]


def test_the_longest_available_agent_is_asked_first(house: House) -> None:
    ana, bob = house.agent("ana"), house.agent("bob")
    house.available(bob)
    house.wait(1)
    house.available(ana)
    house.queued()

    house.route()

    assert house.state(bob) == "incoming"
    assert house.state(ana) == "available"


def test_of_two_accepts_at_once_one_wins_r_23(house: House) -> None:
    """R-23: two tabs of one agent press Accept in the same tick."""
    ana = house.agent("ana")
    house.available(ana)
    contact = house.reach("ringing", ana).contact

    def accept() -> None:
        house.command(ana, "contact.accept", contact)

    results = at_once(house.instance, accept, accept, accept)

    assert sorted(results) == ["OFFER_GONE", "OFFER_GONE", "done"]
    assert contact.connections.filter(kind="agent").count() == 1


def test_an_agent_who_missed_cannot_take_the_call_from_the_next_r_23(house: House) -> None:
    """R-23: exactly one wins; the other is told that the call is no longer available."""
    ana, bob = house.agent("ana"), house.agent("bob")
    house.available(ana)
    contact = house.reach("ringing", ana).contact
    house.available(bob)
    house.command(ana, "contact.reject", contact)
    house.route()

    results = at_once(
        house.instance,
        lambda: house.command(ana, "contact.accept", contact),
        lambda: house.command(bob, "contact.accept", contact),
    )

    assert results == ["OFFER_GONE", "done"]


def test_passes_at_once_offer_a_caller_once_r_23(house: House) -> None:
    """R-23: several routing workers."""
    for name in ("ana", "bob", "mia"):
        house.available(house.agent(name))
    house.queued()

    at_once(house.instance, *[lambda: run_pass(house.instance)] * 4)

    assert Offer.objects.count() == 1


@pytest.mark.parametrize("_trial", range(5))
def test_an_accept_and_a_hang_up_at_once_leave_nobody_stuck_r_22(house: House, _trial: int) -> None:
    """R-22: whichever comes first, the agent is free and the call over."""
    ana = house.agent("ana")
    house.available(ana)
    contact = house.reach("ringing", ana).contact

    results = at_once(
        house.instance,
        lambda: house.command(ana, "contact.accept", contact),
        lambda: ending.hang_up(contact=contact),
    )

    assert results[1] == "done"
    assert results[0] in {"done", OfferGone.code}
    assert house.state(ana) == "available"


def test_an_agent_whose_audio_never_comes_up_is_in_error_and_the_next_one_rings(
    house: House,
) -> None:
    ana, bob = house.agent("ana"), house.agent("bob")
    house.available(ana)
    customer = house.reach("accepted", ana)
    house.available(bob)
    heard = house.node.heard_by(customer)

    house.wait(9)
    assert house.state(ana) == "connecting"
    house.wait(1)

    assert house.state(ana) == "error"
    assert house.state(bob) == "incoming"
    assert house.node.heard_by(customer) == heard
    assert house.panel(ana)["media"] is None


def test_a_failed_attempt_is_not_waited_for(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.reach("accepted", ana)

    house.node.lost(house.line(ana), cause="not_connected")
    house.sweep()

    assert house.state(ana) == "error"
