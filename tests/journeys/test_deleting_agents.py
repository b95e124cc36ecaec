"""An agent who is deleted leaves no caller behind, and takes no record along."""

import pytest

from apps.agents.models import Agent
from apps.agents.services.people import (
    AgentAwaited,
    AgentEngaged,
    delete_person,
    set_person_active,
)
from apps.contacts.models import Contact, Offer
from apps.contacts.services import ending
from apps.routing.models import Queue
from apps.users.models import User
from tests.journeys.house import House

pytestmark = pytest.mark.journey


@pytest.fixture
def ana(house: House) -> Agent:
    ana = house.agent("ana")
    house.available(ana)
    return ana


def test_deleted_the_agent_is_offline_and_offered_nothing(house: House, ana: Agent) -> None:
    delete_person(ana.user)

    house.queued()

    assert house.route() == 0
    ana.refresh_from_db()
    assert (ana.status.kind, ana.available_since) == ("OFFLINE", None)


@pytest.mark.parametrize("moment", ["ringing", "talking"])
def test_whoever_handles_a_contact_is_not_deleted(house: House, ana: Agent, moment: str) -> None:
    house.queued()
    house.route()
    if moment == "talking":
        house.command(ana, "contact.accept", house.offer(ana).contact)

    with pytest.raises(AgentEngaged):
        delete_person(ana.user)

    assert User.objects.get(pk=ana.user_id).is_active


def test_whoever_is_waited_for_in_the_own_queue_is_not_deleted(house: House, ana: Agent) -> None:
    contact = house.queued_for(ana)

    with pytest.raises(AgentAwaited):
        delete_person(ana.user)

    assert User.objects.get(pk=ana.user_id).is_active
    assert house.route() == 1
    assert house.offer(ana).contact == contact


def test_once_the_callers_have_left_the_person_is_deleted(house: House, ana: Agent) -> None:
    ending.hang_up(contact=house.queued_for(ana))

    delete_person(ana.user)

    assert not Queue.objects.get(user=ana.user).is_enabled


def test_the_record_of_a_contact_keeps_the_agent(house: House, ana: Agent) -> None:
    customer, _own = house.talking(ana)
    house.command(ana, "contact.end", customer.contact)
    house.command(ana, "contact.clear", customer.contact)

    delete_person(ana.user)

    assert Contact.objects.get(pk=customer.contact_id).state == "completed"
    assert Offer.objects.get().agent.user.display_name == "Ana"


def test_switched_off_the_agent_is_offered_nothing_at_once(house: House, ana: Agent) -> None:
    set_person_active(ana.user, is_active=False)

    house.queued()

    assert house.route() == 0
