"""Somebody leaves: the caller at every moment, the agent in every state."""

from contextlib import suppress
from datetime import timedelta

import pytest

from apps.contacts.errors import NotInThisState, OfferGone
from apps.contacts.models import Contact
from apps.contacts.services import ending
from apps.core import clock
from apps.core.errors import DomainError
from tests.journeys.house import MOMENTS, House

pytestmark = pytest.mark.journey

BEFORE_JOINING = MOMENTS[: MOMENTS.index("talking")]


@pytest.mark.parametrize("moment", BEFORE_JOINING)
def test_a_caller_who_leaves_before_joining_locks_nobody_sr_081(house: House, moment: str) -> None:
    """SR-081, R-22: the offer is withdrawn; the agent is free at once, without work or Missed."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)

    ending.hang_up(contact=customer.contact)

    assert house.state(ana) == "available"
    assert house.node.desired(customer).ended
    contact = Contact.objects.get()
    assert (contact.state, contact.disconnect_reason) == ("completed", "CUSTOMER_DISCONNECT")
    assert contact.connected_to_agent_at is None
    assert contact.events.filter(kind="abandoned").exists() == (moment != "in_flow")
    assert not contact.events.filter(kind="missed").exists()
    house.queued()
    assert house.route() == 1


@pytest.mark.parametrize("moment", ["talking", "hold"])
def test_a_caller_who_leaves_a_conversation_leaves_work_sr_009(house: House, moment: str) -> None:
    """SR-009: after contact work always begins."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)

    ending.hang_up(contact=customer.contact)

    assert house.state(ana) == "acw"
    assert house.panel(ana)["permitted"] == ["contact.clear"]
    assert Contact.objects.get().disconnect_reason == "CUSTOMER_DISCONNECT"
    house.queued()
    assert house.route() == 0


def test_a_caller_who_has_left_is_never_answered_r_22(house: House) -> None:
    """R-22: an accept that comes after the hang-up finds the offer gone."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing", ana)
    ending.hang_up(contact=customer.contact)

    with pytest.raises(OfferGone):
        house.command(ana, "contact.accept", customer.contact)


@pytest.mark.parametrize("moment", MOMENTS)
def test_hanging_up_twice_changes_nothing(house: House, moment: str) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)
    ending.hang_up(contact=customer.contact)
    events = customer.contact.events.count()

    ending.hang_up(contact=customer.contact)

    assert customer.contact.events.count() == events


def test_a_hang_up_knows_of_the_agent_who_joined_meanwhile_r_21(house: House) -> None:
    """R-21: the request read the contact while it was queued; its turn came after the joining."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("customer_whisper", ana)
    as_read = Contact.objects.get()
    house.node.played(customer)

    ending.hang_up(contact=as_read)

    assert house.state(ana) == "acw"


@pytest.mark.parametrize("moment", ["talking", "hold"])
def test_end_call_lets_the_customer_go_sr_075(house: House, moment: str) -> None:
    """SR-075: the customer is disconnected at once, after contact work begins."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)

    house.command(ana, "contact.end", customer.contact)

    assert house.state(ana) == "acw"
    assert house.node.leg(customer) is None
    assert house.node.desired(customer).ended
    assert Contact.objects.get().disconnect_reason == "AGENT_DISCONNECT"


@pytest.mark.parametrize("moment", ["accepted", "talking", "hold"])
@pytest.mark.parametrize("then", ["nothing", "clear"])
def test_an_end_that_is_repeated_is_done_and_changes_nothing_r_04(
    house: House, moment: str, then: str
) -> None:
    """R-04: a page that lost its server says End call until it is answered, and may be late."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)
    house.command(ana, "contact.end", customer.contact)
    if then == "clear":
        house.command(ana, "contact.clear", customer.contact)
    before = (house.state(ana), customer.contact.events.count())

    house.command(ana, "contact.end", customer.contact)

    assert (house.state(ana), customer.contact.events.count()) == before


def test_an_agent_cannot_end_the_contact_of_another(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("talking", ana)

    with pytest.raises(OfferGone):
        house.command(house.agent("bob"), "contact.end", customer.contact)

    assert house.state(ana) == "connected"


@pytest.mark.parametrize("moment", ["accepted", "agent_whisper", "customer_whisper"])
def test_an_agent_who_ends_before_joining_gives_the_caller_back(house: House, moment: str) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)
    contact = Contact.objects.get()

    house.command(ana, "contact.end", contact)

    assert house.state(ana) == "missed"
    contact.refresh_from_db()
    assert contact.state == "queued"
    assert "music" in house.node.heard_by(customer)


def test_end_is_not_possible_while_it_rings(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing", ana)

    with pytest.raises(NotInThisState):
        house.command(ana, "contact.end", customer.contact)


@pytest.mark.parametrize("moment", MOMENTS)
def test_when_both_have_left_the_agent_is_soon_free_again_r_21(house: House, moment: str) -> None:
    """R-21: clear, or choose Available: the next caller rings."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)

    with suppress(DomainError):  # an agent has nothing to end before an offer
        house.command(ana, "contact.end", customer.contact)
    ending.hang_up(contact=customer.contact)
    if house.state(ana) != "available":
        house.choose(ana, "ROUTABLE")

    house.queued()
    assert house.route() == 1
    assert house.state(ana) == "incoming"


@pytest.mark.parametrize("who", ["caller", "agent"])
def test_a_talk_ended_during_an_outage_ended_when_that_was_said_r_04(
    house: House, who: str
) -> None:
    """R-04: the page says it again until it is heard; after contact work begins when it is."""
    ana = house.agent("ana", acw_seconds=30)
    house.available(ana)
    customer = house.reach("talking", ana)
    house.time.shift(90)
    said_at = clock.now() - timedelta(seconds=60)

    if who == "caller":
        ending.hang_up(contact=customer.contact, said_at=said_at)
    else:
        ending.end_by_agent(offer=house.offer(ana), agent=ana, said_at=said_at)

    contact = Contact.objects.get()
    assert contact.disconnected_at == said_at
    assert house.offer(ana).ended_at == said_at
    assert house.offer(ana).due_at == clock.now() + timedelta(seconds=30)


def test_nothing_ends_before_what_is_written_down_r_04(house: House) -> None:
    """Whatever a page says of the time: the history stays in order."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("talking", ana)
    connected_at = Contact.objects.get().connected_to_agent_at
    house.time.shift(90)

    ending.hang_up(contact=customer.contact, said_at=clock.now() - timedelta(days=1))

    assert Contact.objects.get().disconnected_at == connected_at
