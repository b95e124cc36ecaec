"""Claiming, describing and releasing numbers by clicking."""

from typing import Any

import pytest
from django.test import Client

from apps.flows.models import ContactFlow
from apps.flows.services.factory import create_shipped_flow
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.admin.claiming import SHOWN
from apps.numbers.models import PhoneNumber, PoolNumber
from apps.numbers.services.numbers import claim_number
from apps.users.models import User
from tests.apps.numbers.pool import in_pool
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/demo/admin/numbers/phonenumber/"


@pytest.fixture
def inbound(demo_instance: Instance) -> ContactFlow:
    with instance_scope(demo_instance):
        return create_shipped_flow(demo_instance, "demo_inbound")


@pytest.fixture
def claimed(demo_instance: Instance, inbound: ContactFlow) -> PhoneNumber:
    with instance_scope(demo_instance):
        return claim_number(instance=demo_instance, e164="+12065550109", flow=inbound)


def page(client: Client, path: str, **sent: Any) -> str:
    answer = client.post(path, sent) if sent else client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def the_number(instance: Instance) -> PhoneNumber:
    with instance_scope(instance):
        return PhoneNumber.objects.select_related("flow").get()


def test_a_number_is_claimed_with_its_flow(
    ada: User, demo_instance: Instance, inbound: ContactFlow
) -> None:
    (free,) = in_pool("+12065550101")
    sent = {"number": free.pk, "description": "Sales", "flow": inbound.pk}

    answer = signed_in(ada).post(f"{LIST}add/", sent)

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    number = the_number(demo_instance)
    assert (number.e164, number.description, number.flow) == ("+12065550101", "Sales", inbound)
    assert not PoolNumber.objects.exists()


def test_the_pool_is_searched_by_country_and_digits(ada: User, demo_instance: Instance) -> None:
    in_pool("+12065550101", "+12065550102", "+442071838750")
    client = signed_in(ada)

    british = page(client, f"{LIST}add/?country=GB")
    by_digits = page(client, f"{LIST}add/?digits=5550-102")
    nothing = page(client, f"{LIST}add/?digits=999&country=\0")

    assert "+44 20 7183 8750" in british and "+1 206-555-0101" not in british
    assert "+1 206-555-0102" in by_digits and "+1 206-555-0101" not in by_digits
    assert "The pool has no such number." in nothing


def test_of_a_large_pool_the_first_are_offered_and_the_count_is_told(
    ada: User, demo_instance: Instance
) -> None:
    in_pool(*(f"+1206555{n:04d}" for n in range(100, 100 + SHOWN + 20)))

    text = page(signed_in(ada), f"{LIST}add/")

    assert f"{SHOWN + 20} numbers, the first {SHOWN} of them below" in text
    assert text.count("· Direct dial</option>") == SHOWN


def test_a_number_that_was_claimed_meanwhile_is_told_at_its_field(
    ada: User, demo_instance: Instance, other_instance: Instance
) -> None:
    (free,) = in_pool("+12065550101")
    with instance_scope(other_instance):
        claim_number(instance=other_instance, e164="+12065550101")

    text = page(signed_in(ada), f"{LIST}add/", number=free.pk, description="Mine")

    assert "Somebody else has claimed this number." in text
    assert 'value="Mine"' in text


@pytest.mark.parametrize("flow", ["draft", "hold", "foreign"])
def test_only_flows_that_can_answer_are_offered_and_taken(
    ada: User, claimed: PhoneNumber, other_instance: Instance, flow: str
) -> None:
    with instance_scope(claimed.instance):
        hold = ContactFlow.objects.get(name="Default customer hold")
        draft = ContactFlow.objects.create(
            instance=claimed.instance, name="Draft", kind="CONTACT_FLOW"
        )
    with instance_scope(other_instance):
        foreign = create_shipped_flow(other_instance, "demo_inbound")
    chosen = {"draft": draft, "hold": hold, "foreign": foreign}[flow]

    text = page(signed_in(ada), f"{LIST}{claimed.pk}/change/", description="", flow=chosen.pk)

    assert "Select a valid choice" in text
    assert f'value="{chosen.pk}"' not in text
    assert the_number(claimed.instance).flow == claimed.flow


def test_the_list_says_which_numbers_fail(
    ada: User, claimed: PhoneNumber, inbound: ContactFlow
) -> None:
    client = signed_in(ada)
    assert inbound.name in page(client, LIST)

    client.post(f"{LIST}{claimed.pk}/change/", {"description": "Spare", "flow": ""})

    assert "No flow: calls to this number fail" in page(client, LIST)
    assert "+1 206-555-0109" in page(client, f"{LIST}?calls=fail")
    assert "+1 206-555-0109" not in page(client, f"{LIST}?calls=answered")


def test_releasing_says_first_what_becomes_of_the_number(
    ada: User, claimed: PhoneNumber, inbound: ContactFlow
) -> None:
    client, path = signed_in(ada), f"{LIST}{claimed.pk}/delete/"

    before = page(client, path)
    client.post(path, {"post": "yes"})

    assert f"calls to it no longer reach the flow “{inbound.name}” but fail" in before
    assert "nobody can claim it before" in before
    with instance_scope(claimed.instance):
        assert not PhoneNumber.objects.exists()
    assert PoolNumber.objects.get().available_from is not None


@pytest.mark.parametrize(
    ("path", "may"), [("", True), ("add/", False), ("{pk}/change/", True), ("{pk}/delete/", False)]
)
def test_a_manager_may_edit_numbers_but_neither_claim_nor_release_s_03(
    max_: User, claimed: PhoneNumber, path: str, *, may: bool
) -> None:
    answer = signed_in(max_).get(LIST + path.format(pk=claimed.pk))

    assert answer.status_code == (200 if may else 403)
