"""A conversation: hold, mute, lost parties, reloaded pages."""

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.contacts.errors import NotInThisState
from apps.contacts.models import Connection, Contact
from apps.core import clock
from apps.media.events import LegConnected, LegLost
from apps.voice.errors import StaleLeg
from apps.voice.services.signalling import agent_leg, caller_leg
from tests.journeys.house import House

pytestmark = pytest.mark.journey


def test_hold_is_refused_twice_and_resume_without_hold_sr_076(house: House) -> None:
    """SR-076: the customer hears the hold flow; resume brings the call back."""
    ana = house.agent("ana")
    house.available(ana)
    customer, own = house.talking(ana)
    with pytest.raises(NotInThisState):
        house.command(ana, "connection.resume", customer.contact)

    house.command(ana, "connection.hold", customer.contact)
    with pytest.raises(NotInThisState):
        house.command(ana, "connection.hold", customer.contact)
    assert house.state(ana) == "hold"
    assert house.node.heard_by(customer) == ("music",)

    house.command(ana, "connection.resume", customer.contact)
    assert house.node.heard_by(customer) == (own.leg,)
    assert Contact.objects.get().events.filter(kind="hold").count() == 1


def test_nobody_hears_a_muted_agent(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, own = house.talking(ana)

    house.command(ana, "connection.mute", customer.contact)
    assert house.node.heard_by(customer) == ()
    assert house.node.heard_by(own) == (customer.leg,)
    assert house.panel(ana)["contact"]["muted"]

    house.command(ana, "connection.unmute", customer.contact)
    assert house.node.heard_by(customer) == (own.leg,)


@pytest.mark.parametrize("name", ["connection.hold", "connection.mute", "connection.resume"])
@pytest.mark.parametrize("moment", ["ringing", "accepted", "customer_whisper"])
def test_there_is_nothing_to_hold_or_mute_before_joining(
    house: House, moment: str, name: str
) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)

    with pytest.raises(NotInThisState):
        house.command(ana, name, customer.contact)


@pytest.mark.parametrize("moment", ["talking", "hold"])
def test_a_lost_agent_is_waited_for_30_seconds(house: House, moment: str) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)

    house.node.lost(house.line(ana))
    if moment == "talking":
        assert house.node.heard_by(customer) == ("comfort",)
    house.wait(29)
    assert house.state(ana) == {"talking": "connected", "hold": "hold"}[moment]
    house.wait(1)

    assert house.state(ana) == "acw"
    assert house.node.desired(customer).ended


def test_a_lost_agent_who_comes_back_talks_on(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, own = house.talking(ana)
    house.node.lost(own)
    house.wait(10)

    house.node.connected(own)
    house.wait(40)

    assert house.state(ana) == "connected"
    assert house.node.heard_by(customer) == (own.leg,)


@pytest.mark.parametrize("moment", ["in_flow", "queued", "ringing", "accepted", "talking", "hold"])
def test_a_lost_caller_is_waited_for_10_seconds(house: House, moment: str) -> None:
    ana = house.agent("ana", acw_seconds=1)
    house.available(ana)
    customer = house.reach(moment, ana)
    house.node.lost(customer, cause="silent")

    house.wait(9)
    assert not house.node.desired(customer).ended
    house.wait(1)
    assert house.node.desired(customer).ended
    house.wait(2)

    assert house.state(ana) == "available"


def test_a_caller_whose_page_says_goodbye_is_waited_for_like_any_other_r_05(house: House) -> None:
    """R-05: a page that is loaded anew says goodbye too; the agent hears comfort meanwhile."""
    ana = house.agent("ana")
    house.available(ana)
    customer, own = house.talking(ana)

    house.node.lost(customer, cause="closed")
    assert house.node.heard_by(own) == ("comfort",)
    house.wait(9)
    house.node.connected(customer)
    house.wait(60)

    assert house.state(ana) == "connected"
    assert house.node.heard_by(own) == (customer.leg,)


def reload_caller(customer: Connection) -> None:
    """The page of a caller is loaded anew and offers audio again."""
    customer.refresh_from_db()
    with pytest.raises(StaleLeg) as stale:
        caller_leg(connection_id=customer.pk, generation=customer.generation, socket=uuid4())
    generation = stale.value.generation
    caller_leg(connection_id=customer.pk, generation=generation, socket=uuid4())


def test_a_caller_on_a_new_line_is_heard_again_and_the_old_line_means_nothing(
    house: House,
) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, own = house.talking(ana)
    old = customer.leg

    reload_caller(customer)
    assert house.node.heard_by(own) == ("comfort",)
    house.node.report(customer, LegLost, leg=old, cause="closed")
    house.node.connected(customer)
    house.node.report(customer, LegLost, leg=old, cause="silent")
    house.wait(60)

    assert customer.leg != old
    assert house.state(ana) == "connected"
    assert house.node.heard_by(own) == (customer.leg,)


def test_offering_again_and_again_does_not_prolong_the_wait(house: House) -> None:
    """The ten seconds count from the loss, whatever the page tries."""
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    house.node.lost(customer)

    for _ in range(4):
        house.wait(2)
        reload_caller(customer)
    house.wait(2)

    assert house.state(ana) == "acw"


def test_a_caller_who_does_not_come_back_left_at_the_deadline_however_late_it_is_looked_at(
    house: House,
) -> None:
    """R-04: the record tells when it was over, not when the house found out."""
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    house.node.lost(customer)
    lost_at = clock.now()

    house.time.shift(60)
    house.sweep()  # the first one of this process: it knows of no gap to forgive

    contact = Contact.objects.get()
    assert contact.disconnected_at == lost_at + timedelta(seconds=10)
    times = list(contact.events.values_list("at", flat=True))
    assert times == sorted(times)


def test_the_deadline_of_a_lost_party_is_never_before_what_happened_since(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    house.node.lost(customer)

    house.time.shift(30)
    house.command(ana, "connection.mute", customer.contact)
    muted_at = clock.now()
    house.time.shift(30)
    house.sweep()

    assert Contact.objects.get().disconnected_at == muted_at


def test_a_caller_whose_audio_never_comes_up_is_let_go(house: House) -> None:
    customer = house.arrive()

    house.wait(9)
    assert not house.node.desired(customer).ended
    house.wait(1)

    assert house.node.desired(customer).ended
    assert Contact.objects.get().state == "completed"


def reload(house: House, agent_name: str) -> None:
    """The page of an agent in a call is loaded anew and offers audio again."""
    agent = house.agent(agent_name)
    line = house.line(agent)
    with pytest.raises(StaleLeg):
        agent_leg(agent=agent, connection_id=line.public_id, generation=line.generation)
    line.refresh_from_db()
    address = agent_leg(agent=agent, connection_id=line.public_id, generation=line.generation)
    assert address.leg == line.leg


def test_a_reloaded_page_brings_a_new_leg_and_the_old_one_is_ignored(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("accepted", ana)
    own = house.line(ana)
    agent_leg(agent=ana, connection_id=own.public_id, generation=1)
    house.node.connected(own)
    house.node.played(own)
    house.node.played(customer)
    old = own.leg

    reload(house, "ana")
    assert house.node.heard_by(customer) == ("comfort",)
    house.node.report(customer, LegLost, leg=old, cause="closed")
    house.node.connected(own)
    house.node.report(customer, LegLost, leg=old, cause="silent")
    house.wait(60)

    assert own.leg != old
    assert house.state(ana) == "connected"
    assert house.node.heard_by(customer) == (own.leg,)


def test_a_reloaded_page_that_never_gets_audio_ends_the_call_after_30_seconds(
    house: House,
) -> None:
    """The old leg is out of the game, so its loss is not reported any more."""
    ana = house.agent("ana")
    house.available(ana)
    house.reach("accepted", ana)
    own = house.line(ana)
    agent_leg(agent=ana, connection_id=own.public_id, generation=1)
    house.node.connected(own)

    reload(house, "ana")
    house.wait(31)

    assert house.state(ana) == "error"


def test_a_late_event_of_an_old_leg_does_not_connect_the_new_one(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("accepted", ana)
    own = house.line(ana)
    old = own.leg
    agent_leg(agent=ana, connection_id=own.public_id, generation=1)
    reload(house, "ana")

    house.node.report(customer, LegConnected, leg=old)

    assert house.state(ana) == "connecting"
    own.refresh_from_db()
    assert not own.has_media
