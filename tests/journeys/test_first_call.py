"""One call from the first ring to cleared work, on real rows and a node that takes notes."""

import pytest

from apps.contacts.models import Contact
from tests.journeys.house import House

pytestmark = pytest.mark.journey


def test_a_caller_is_greeted_queued_and_hears_music(house: House) -> None:
    customer = house.call()

    assert Contact.objects.get().state == "in_flow"
    assert house.node.heard_by(customer)

    house.queued()


def test_the_whole_call(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)

    customer, own = house.talking(ana)

    assert house.panel(ana)["activity"] == "connected"
    assert house.node.heard_by(customer) == (own.leg,)
    assert house.node.heard_by(own) == (customer.leg,)

    house.command(ana, "connection.hold", customer.contact)
    assert house.node.heard_by(customer) == ("music",)
    assert house.node.heard_by(own) == ()
    house.command(ana, "connection.resume", customer.contact)
    assert house.node.heard_by(customer) == (own.leg,)

    house.command(ana, "contact.end", customer.contact)
    assert house.panel(ana)["activity"] == "acw"
    assert house.node.desired(customer).ended

    house.command(ana, "contact.clear", customer.contact)
    assert house.panel(ana)["activity"] == "available"
    assert Contact.objects.get().state == "completed"
