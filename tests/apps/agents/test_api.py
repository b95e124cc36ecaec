"""Agent statuses in REST."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.agents.models import AgentStatus
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.users.models import User
from tests.people import user_with
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.db

STATUSES = f"{DEMO}/agent-statuses"


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


def test_agents_and_those_who_manage_statuses_see_them(
    ana: User, max_: User, scope: Instance
) -> None:
    lunch = AgentStatus.objects.create(
        instance=scope, name="Lunch", display_order=3, is_enabled=False
    )

    listed = signed_in(ana).get(STATUSES).json()["results"]

    assert [(s["name"], s["type"]) for s in listed] == [
        ("Available", "ROUTABLE"),
        ("Lunch", "CUSTOM"),
        ("Offline", "OFFLINE"),
    ]
    assert listed[1] == {
        "id": str(lunch.public_id),
        "name": "Lunch",
        "description": "",
        "type": "CUSTOM",
        "is_enabled": False,
        "display_order": 3,
    }
    assert signed_in(max_).get(STATUSES).json()["results"] == listed


def test_others_do_not(demo_instance: Instance) -> None:
    analyst = user_with(demo_instance, "quinn", "QualityAnalyst")

    check_problem(signed_in(analyst).get(STATUSES), status=403, code="PERMISSION_MISSING")


def test_the_list_costs_the_same_however_long_it_is(
    ana: User, scope: Instance, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(ana)
    client.get(STATUSES)
    for n in range(4):
        AgentStatus.objects.create(instance=scope, name=f"Break {n}")

    with django_assert_num_queries(4):
        assert len(client.get(STATUSES).json()["results"]) == 6
