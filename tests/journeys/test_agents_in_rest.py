"""The signed-in agent in REST, beside a panel that is open."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoAssertNumQueries

from apps.agents.models import Agent, AgentStatus
from apps.instances.scope import instance_scope
from apps.instances.services.instances import create_instance
from apps.users.models import User
from tests.journeys.house import House
from tests.junk import bodies
from tests.people import user_with
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.journey

ME = f"{DEMO}/agents/me"
STATUS = f"{ME}/status"


def choose(client: Client, status: object) -> Any:
    return client.put(STATUS, json.dumps({"status": status}), content_type="application/json")


def status_id(kind: str) -> str:
    return str(AgentStatus.objects.get(kind=kind).public_id)


def test_an_agent_is_set_up_the_same_wherever_they_sign_in_sr_003(house: House) -> None:
    """Queues, routing profile, phone type and limits belong to the platform (SR-003)."""
    ana = house.agent("ana", acw_seconds=30)
    first, second = signed_in(ana.user), signed_in(ana.user)

    body = first.get(ME).json()

    assert second.get(ME).json() == body
    assert (body["id"], body["username"], body["name"]) == (str(ana.public_id), "ana", "Ana")
    assert body["routing_profile"]["name"] == "Basic Routing Profile"
    assert [e["queue"]["name"] for e in body["routing_profile"]["entries"]] == ["BasicQueue"]
    assert (body["phone_type"], body["auto_accept"], body["acw_seconds"]) == (
        "SOFT_PHONE", False, 30,
    )  # fmt: skip
    assert (body["status"]["type"], body["next_status"]) == ("OFFLINE", None)


def test_reading_the_setup_costs_the_same_however_many_queues(
    house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, user, instance, the agent with all it refers to, the entries."""
    client = signed_in(house.agent("ana").user)
    client.get(ME)

    with django_assert_num_queries(5):
        client.get(ME)


def test_choosing_a_status_is_what_the_panel_shows(house: House) -> None:
    ana = house.agent("ana")
    house.open_panel(ana)

    answer = choose(signed_in(ana.user), status_id("ROUTABLE"))

    assert answer.json()["status"]["name"] == "Available"
    assert house.panel(ana)["activity"] == "available"


def test_during_a_contact_a_status_becomes_the_next_one(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.talking(ana)

    body = choose(signed_in(ana.user), status_id("OFFLINE")).json()

    assert (body["status"]["type"], body["next_status"]["type"]) == ("ROUTABLE", "OFFLINE")


def test_without_a_panel_nobody_becomes_available(house: House) -> None:
    ana = house.agent("ana")

    answer = choose(signed_in(ana.user), status_id("ROUTABLE"))

    check_problem(answer, status=409, code="SOFTPHONE_NOT_READY")


def test_statuses_elsewhere_unknown_or_switched_off_are_not_found(house: House) -> None:
    other = create_instance(alias="other", name="Other Bank")
    with instance_scope(other):
        foreign = status_id("OFFLINE")
    off = AgentStatus.objects.create(instance=house.instance, name="Lunch", is_enabled=False)
    client = signed_in(house.agent("ana").user)

    for wrong in (foreign, str(uuid4()), str(off.public_id)):
        check_problem(choose(client, wrong), status=404, code="NOT_FOUND")


@pytest.mark.parametrize("wrong", ["Available", None, [], {}, "\0"])
def test_a_status_that_is_no_id_is_refused(house: House, wrong: object) -> None:
    answer = choose(signed_in(house.agent("ana").user), wrong)

    check_problem(answer, status=400, code="INVALID_INPUT")
    assert list(answer.json()["errors"]) == ["status"]


def test_whoever_is_no_agent_is_told_so(house: House) -> None:
    ada = user_with(house.instance, "ada", "Admin")
    client = signed_in(ada)

    check_problem(client.get(ME), status=404, code="NOT_AN_AGENT")
    check_problem(choose(client, status_id("OFFLINE")), status=404, code="NOT_AN_AGENT")


def test_an_operator_of_the_platform_is_no_agent_either(house: House) -> None:
    operator = User.objects.create_superuser("ops", "x")

    check_problem(signed_in(operator).get(ME), status=404, code="NOT_AN_AGENT")


def test_junk_never_ends_in_a_server_error_and_changes_nothing(house: House) -> None:
    ana = house.agent("ana")
    client = signed_in(ana.user)

    @settings(suppress_health_check=list(HealthCheck), max_examples=60)
    @given(bodies("status"))
    def throw(body: bytes) -> None:
        answer = client.put(STATUS, body, content_type="application/json")
        assert 400 <= answer.status_code < 500

    throw()
    assert Agent.objects.get(pk=ana.pk).status.kind == "OFFLINE"
