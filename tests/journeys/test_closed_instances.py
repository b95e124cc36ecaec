"""Callers of an instance that is switched off: nobody is left listening to music for ever."""

import pytest

from apps.agents.models import Agent
from apps.contacts.models import Call, Contact
from apps.instances.services.instances import create_instance, update_instance
from tests.journeys.house import House

pytestmark = pytest.mark.journey


def switch_off(house: House) -> None:
    update_instance(house.instance, is_active=False)
    house.sweep()


def state(contact_id: int) -> tuple[str, str]:
    contact = Contact.objects.get(pk=contact_id)
    return contact.state, contact.disconnect_reason


@pytest.mark.parametrize("moment", ["queued", "ringing", "accepted", "agent_whisper"])
def test_whoever_waits_is_let_go(house: House, ana: Agent, moment: str) -> None:
    house.available(ana)
    customer = house.reach(moment, ana)

    switch_off(house)

    assert state(customer.contact_id) == ("completed", "OTHER")
    assert Call.objects.get().ended_at is not None
    assert house.node.desired(customer).ended


def test_whoever_comes_to_a_queue_later_is_let_go_then(house: House, ana: Agent) -> None:
    customer = house.reach("in_flow", ana)
    switch_off(house)
    assert state(customer.contact_id)[0] == "in_flow"

    house.node.played(customer)
    house.sweep()

    assert state(customer.contact_id) == ("completed", "OTHER")


def test_a_talk_ends_with_the_audio_of_the_agent_who_was_signed_out(
    house: House, ana: Agent
) -> None:
    house.available(ana)
    customer, own = house.talking(ana)

    switch_off(house)
    assert state(customer.contact_id)[0] == "joined"
    house.node.lost(own)
    house.wait(60)

    assert state(customer.contact_id)[0] == "ended"


def test_callers_of_other_instances_wait_on(house: House, ana: Agent) -> None:
    customer = house.reach("queued", ana)
    update_instance(create_instance(alias="other", name="Other Bank"), is_active=False)

    house.sweep()

    assert state(customer.contact_id)[0] == "queued"
