"""Alarms in REST: open first, all for operators, those of the own instance for others."""

import base64
import json
from typing import Any

import pytest
from django.test import Client

from apps.alarms.services import close_alarm, raise_alarm
from apps.instances.models import Instance
from apps.users.models import User
from tests.people import user_with
from tests.rest import check_problem, signed_in

pytestmark = pytest.mark.db

ALARMS = "/api/v1/alarms"


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser("root", "Correct-Horse-7")


@pytest.fixture
def alarms(demo_instance: Instance, other_instance: Instance) -> None:
    raise_alarm("disk_full", "house", message="The disk is full.")
    raise_alarm("late", "demo-1", message="Late.", instance=demo_instance, seconds=3)
    raise_alarm("late", "demo-2", message="Late.", instance=demo_instance)
    raise_alarm("late", "other-1", message="Late.", instance=other_instance)
    close_alarm("late", "demo-2")


def causes(client: Client, **query: Any) -> list[str]:
    answer = client.get(ALARMS, query)
    assert answer.status_code == 200, answer.content
    return [alarm["cause"] for alarm in answer.json()["results"]]


def test_an_operator_sees_all_open_ones_first(alarms: None, operator: User) -> None:
    assert causes(signed_in(operator)) == ["other-1", "demo-1", "house", "demo-2"]


def test_others_see_those_of_their_instance_and_not_those_of_the_house(
    alarms: None, max_: User
) -> None:
    assert causes(signed_in(max_)) == ["demo-1", "demo-2"]


def test_what_is_shown(alarms: None, max_: User) -> None:
    alarm = signed_in(max_).get(ALARMS).json()["results"][0]

    assert alarm["instance_alias"] == "demo"
    assert (alarm["kind"], alarm["severity"], alarm["count"]) == ("late", "warning", 1)
    assert alarm["details"] == {"seconds": 3}
    assert alarm["closed_at"] is None


def test_open_or_closed_and_the_kind_can_be_asked_for(alarms: None, operator: User) -> None:
    client = signed_in(operator)

    assert causes(client, state="closed") == ["demo-2"]
    assert causes(client, state="open", kind="late") == ["other-1", "demo-1"]
    check_problem(client.get(ALARMS, {"state": "x"}), status=400, code="INVALID_INPUT")


def test_pages_follow_each_other_without_gap(alarms: None, operator: User) -> None:
    client, found = signed_in(operator), []
    after: dict[str, str] | None = {}
    while after is not None:
        page = client.get(ALARMS, {"limit": "1", **after}).json()
        found += [alarm["cause"] for alarm in page["results"]]
        after = {"after": page["next"]} if page["next"] else None

    assert found == ["other-1", "demo-1", "house", "demo-2"]


def test_the_list_costs_the_same_however_long_it_is(
    alarms: None, operator: User, django_assert_num_queries: Any
) -> None:
    client = signed_in(operator)
    client.get(ALARMS)

    with django_assert_num_queries(3):  # the session, the user, the alarms
        client.get(ALARMS)


def test_who_may_not_is_told_which_permission_is_missing(
    alarms: None, demo_instance: Instance
) -> None:
    check_problem(Client().get(ALARMS), status=401, code="NOT_SIGNED_IN")
    answer = signed_in(user_with(demo_instance, "bare")).get(ALARMS)
    check_problem(answer, status=403, code="PERMISSION_MISSING")
    assert "RealTimeMetrics.Access" in answer.json()["detail"]


@pytest.mark.parametrize(
    "instant", ["junk", "", "2026-11-23T07:00:00", "0001-01-01T00:00:00+14:00"]
)
def test_a_cursor_that_no_page_gave_out_is_refused(
    alarms: None, operator: User, instant: str
) -> None:
    made_up = json.dumps([instant, "0190163d-8694-739b-aea5-966c26f8ad91"])
    after = base64.urlsafe_b64encode(made_up.encode()).decode()

    answer = signed_in(operator).get(ALARMS, {"after": after})

    check_problem(answer, status=400, code="INVALID_CURSOR")
