"""Agents who want no button: calls connect by themselves, or are given back (SR-112, SR-113)."""

import pytest

from apps.agents.models import Agent, Panel
from apps.contacts.domain.states import OfferState
from apps.contacts.models import Contact, Offer
from apps.contacts.services import ending, offers
from apps.contacts.services.dispatch import run_pass
from tests.journeys.house import House

pytestmark = pytest.mark.journey


@pytest.fixture
def ana(house: House) -> Agent:
    ana = house.agent("ana")
    Agent.objects.filter(pk=ana.pk).update(auto_accept=True)
    house.available(ana)
    return house.agent("ana")


def test_a_call_is_accepted_in_the_moment_it_is_offered_sr_112(house: House, ana: Agent) -> None:
    """SR-112: the snapshot that shows the call names the line to bring up."""
    customer = house.queued()

    house.route()

    offer = house.offer(ana)
    assert (offer.state, offer.accepted_at) == (OfferState.ACCEPTED, offer.created_at)
    assert house.panel(ana)["activity"] == "connecting"
    assert house.panel(ana)["media"]["generation"] == 1
    accepted = customer.contact.events.get(kind="accepted")
    assert (accepted.actor, accepted.details["automatically"]) == (None, True)


def test_a_call_accepted_by_itself_is_talked_and_worked_like_any_other_sr_112(
    house: House, ana: Agent
) -> None:
    customer = house.queued()
    house.route()
    own = house.line(ana)
    house.node.connected(own)
    house.node.played(own)
    house.node.played(customer)
    assert house.state(ana) == "connected"

    house.command(ana, "contact.end", customer.contact)

    assert house.state(ana) == "acw"


def test_others_still_press_accept(house: House, ana: Agent) -> None:
    bob = house.agent("bob")
    house.choose(ana, "OFFLINE")
    house.available(bob)
    house.queued()

    house.route()

    assert house.state(bob) == "incoming"


def test_what_a_killed_control_left_ringing_is_accepted_by_the_next_sr_112(
    house: House, ana: Agent
) -> None:
    """R-21: between the pass and the accepting there is a commit."""
    house.queued()
    run_pass(house.instance)
    assert house.state(ana) == "incoming"

    house.sweep()

    assert house.state(ana) == "connecting"


def test_without_a_softphone_the_call_is_given_back_and_the_agent_in_error_sr_113(
    house: House, ana: Agent
) -> None:
    """SR-113: the microphone went between the pass and the accepting."""
    bob = house.agent("bob")
    house.available(bob)
    contact = house.queued().contact
    run_pass(house.instance)
    Panel.objects.filter(agent=ana).update(is_softphone_ready=False)

    house.route()

    assert house.state(ana) == "error"
    house.route()
    assert house.offer(bob).contact == contact
    assert Contact.objects.get().enqueued_at == contact.enqueued_at


def test_a_microphone_that_fails_while_connecting_gives_the_call_back_at_once_sr_113(
    house: House, ana: Agent
) -> None:
    bob = house.agent("bob")
    house.available(bob)
    contact = house.queued().contact
    house.route()
    assert house.state(ana) == "connecting"

    house.open_panel(ana, is_ready=False, error="microphone_not_shared")
    offers.softphone_failed(agent_id=ana.pk)

    assert house.state(ana) == "error"
    house.route()
    assert house.offer(bob).contact == contact


def test_a_microphone_that_fails_in_mid_talk_ends_nothing_sr_113(house: House, ana: Agent) -> None:
    """The line that stands stays: whether it is heard is the media's to say."""
    customer = house.queued()
    house.route()
    own = house.line(ana)
    house.node.connected(own)
    house.node.played(own)
    house.node.played(customer)

    house.open_panel(ana, is_ready=False, error="microphone_not_shared")
    offers.softphone_failed(agent_id=ana.pk)

    assert house.state(ana) == "connected"


def test_an_error_is_a_notice_that_ends_by_itself(house: House, ana: Agent) -> None:
    """Only a missed call locks; who has a microphone again is free again."""
    house.queued()
    house.route()
    house.node.lost(house.line(ana), cause="not_connected")
    house.sweep()
    assert house.state(ana) == "error"
    ending.hang_up(contact=Contact.objects.get())

    house.wait(offers.ERROR_NOTICE.total_seconds() + 1)

    assert house.state(ana) == "available"
    assert not Offer.objects.exclude(state=OfferState.CLEARED).exists()


def test_no_agent_without_a_softphone_is_offered_a_call_sr_113(house: House, ana: Agent) -> None:
    house.open_panel(ana, is_ready=False, error="microphone_not_shared")
    house.queued()

    assert house.route() == 0
