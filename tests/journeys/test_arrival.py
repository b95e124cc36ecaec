"""A caller arrives: numbers that answer, numbers that do not, and lines that are all taken."""

from typing import Any

import pytest

from apps.contacts.errors import (
    CallPageOff,
    MisconfiguredNumber,
    TooManyCalls,
    TooManyCallsFromHere,
    UnknownNumber,
)
from apps.contacts.models import Call, Contact
from apps.contacts.services import ending
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.instances import create_instance, update_instance
from apps.numbers.models import PhoneNumber
from apps.numbers.services.numbers import claim_number
from tests.journeys.house import NUMBER, House
from tests.people import user_with

pytestmark = pytest.mark.journey


def limit(house: House, **fields: Any) -> None:
    update_instance(Instance.objects.get(pk=house.instance.pk), **fields)


def test_an_unknown_number_is_refused(house: House) -> None:
    with pytest.raises(UnknownNumber):
        house.arrive(number="+12065550199")

    assert not Call.objects.exists()


def test_a_number_without_a_published_flow_is_refused(house: House) -> None:
    claim_number(instance=house.instance, e164="+12065550101")

    with pytest.raises(MisconfiguredNumber):
        house.arrive(number="+12065550101")


def test_a_number_taken_away_while_the_audio_comes_up_lets_the_caller_go(house: House) -> None:
    customer = house.arrive()
    PhoneNumber.objects.filter(e164=NUMBER).delete()

    house.node.connected(customer)

    assert Contact.objects.get().state == "completed"


def test_a_number_of_another_instance_is_unknown_here(house: House) -> None:
    other = create_instance(alias="other", name="Other")
    with instance_scope(other):
        claim_number(instance=other, e164="+12065550177")

    with pytest.raises(UnknownNumber):
        house.arrive(number="+12065550177")


def test_the_call_page_may_be_off(house: House) -> None:
    limit(house, web_call_enabled=False)

    with pytest.raises(CallPageOff):
        house.arrive()


@pytest.mark.parametrize("field", ["web_call_limit", "call_quota"])
def test_an_instance_takes_so_many_calls_at_once(house: House, field: str) -> None:
    limit(house, **{field: 2})
    house.arrive(address="192.0.2.1")
    second = house.arrive(address="192.0.2.2")

    with pytest.raises(TooManyCalls):
        house.arrive(address="192.0.2.3")

    ending.hang_up(contact=second.contact)
    house.arrive(address="192.0.2.3")


def test_an_address_takes_so_many_calls_at_once(house: House) -> None:
    limit(house, web_call_limit_per_address=1)
    house.arrive(address="192.0.2.1")

    with pytest.raises(TooManyCallsFromHere):
        house.arrive(address="192.0.2.1")

    house.arrive(address="192.0.2.2")


def test_the_same_user_name_in_two_instances_is_two_people(house: House) -> None:
    other = create_instance(alias="other", name="Other")
    with instance_scope(other):
        user_with(other, "ana", "Agent")
    ana = house.agent("ana")
    house.available(ana)

    house.reach("ringing", ana)

    assert house.state(ana) == "incoming"
    assert ana.user.login_key == "demo:ana"
