"""Queues, routing profiles and hours of operation in REST."""

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.instances.models import Instance
from apps.routing.models import HoursOfOperation, Queue, RoutingProfile
from apps.routing.services import queues, routing_profiles
from apps.users.models import User
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.db

LISTS = ("queues", "routing-profiles", "hours-of-operations")


def test_a_queue_is_shown_with_its_hours(max_: User, scope: Instance) -> None:
    queue, hours = Queue.objects.get(name="BasicQueue"), HoursOfOperation.objects.get()

    body = signed_in(max_).get(f"{DEMO}/queues/{queue.public_id}").json()

    assert body == {
        "id": str(queue.public_id),
        "name": "BasicQueue",
        "description": "",
        "is_enabled": True,
        "hours": {"id": str(hours.public_id), "name": "Basic Hours"},
        "max_contacts": None,
    }


def test_agents_own_queues_are_not_among_the_queues(max_: User, ana: User, scope: Instance) -> None:
    own = queues.create_agent_queue(user=ana, instance=scope)
    client = signed_in(max_)

    listed = client.get(f"{DEMO}/queues").json()["results"]

    assert [queue["name"] for queue in listed] == ["BasicQueue"]
    check_problem(client.get(f"{DEMO}/queues/{own.public_id}"), status=404, code="NOT_FOUND")


def test_a_routing_profile_shows_its_queues_the_most_important_first(
    max_: User, scope: Instance
) -> None:
    profile, hours = RoutingProfile.objects.get(), HoursOfOperation.objects.get()
    vip = queues.create_queue(instance=scope, name="VIP", hours=hours)
    night = queues.create_queue(instance=scope, name="Night", hours=hours)
    routing_profiles.add_queue(profile, queue=night, priority=1, delay_seconds=30)
    routing_profiles.add_queue(profile, queue=vip, priority=2, delay_seconds=0)

    body = signed_in(max_).get(f"{DEMO}/routing-profiles/{profile.public_id}").json()

    assert body["default_outbound_queue"]["name"] == "BasicQueue"
    shown = [(e["queue"]["name"], e["priority"], e["delay_seconds"]) for e in body["entries"]]
    assert shown == [("BasicQueue", 1, 0), ("Night", 1, 30), ("VIP", 2, 0)]


def test_hours_show_their_week_with_24_00_as_the_end_of_a_day(max_: User, scope: Instance) -> None:
    hours = HoursOfOperation.objects.get()

    body = signed_in(max_).get(f"{DEMO}/hours-of-operations/{hours.public_id}").json()

    week = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(7)]
    assert (body["name"], body["time_zone"], body["intervals"]) == ("Basic Hours", "UTC", week)


@pytest.mark.parametrize("path", LISTS)
def test_lists_come_in_pages_by_name(max_: User, scope: Instance, path: str) -> None:
    _add(scope, count=3)
    client = signed_in(max_)

    first = client.get(f"{DEMO}/{path}?limit=3").json()
    second = client.get(f"{DEMO}/{path}", {"limit": 3, "after": first["next"]}).json()

    names = [row["name"] for row in first["results"] + second["results"]]
    assert len(names) == 4 and names == sorted(names)
    assert second["next"] is None


@pytest.mark.parametrize(
    ("path", "queries"), [("queues", 4), ("routing-profiles", 5), ("hours-of-operations", 5)]
)
def test_a_list_costs_the_same_however_long_it_is(
    max_: User,
    scope: Instance,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    queries: int,
) -> None:
    """Session, user, instance and the page; one more for what rows hold many of."""
    client = signed_in(max_)
    client.get(f"{DEMO}/{path}")
    _add(scope, count=4)

    with django_assert_num_queries(queries):
        assert len(client.get(f"{DEMO}/{path}").json()["results"]) == 5


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "wrong", ["3f2b8c1e-0d5a-4e7f-9b6c-2a1d4e8f7c30", "1", "not-a-uuid", "%00"]
)
def test_unknown_and_malformed_ids_are_not_found(max_: User, path: str, wrong: str) -> None:
    check_problem(signed_in(max_).get(f"{DEMO}/{path}/{wrong}"), status=404, code="NOT_FOUND")


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_no_page_gave_out_is_refused(max_: User, path: str) -> None:
    answer = signed_in(max_).get(f"{DEMO}/{path}?after=W10")

    check_problem(answer, status=400, code="INVALID_CURSOR")


@pytest.mark.parametrize("path", LISTS)
def test_agents_do_not_see_how_routing_is_set_up_sr_022(ana: User, path: str) -> None:
    answer = signed_in(ana).get(f"{DEMO}/{path}")

    check_problem(answer, status=403, code="PERMISSION_MISSING")


def _add(instance: Instance, *, count: int) -> None:
    """One more of everything, each with parts of its own."""
    for n in range(count):
        hours = HoursOfOperation.objects.create(instance=instance, name=f"Hours {n}")
        hours.intervals.create(instance=instance, weekday=n, start_minute=0, end_minute=60)
        queue = queues.create_queue(instance=instance, name=f"Queue {n}", hours=hours)
        profile = routing_profiles.create_routing_profile(
            instance=instance, name=f"Profile {n}", description="Made by a test.", outbound=queue
        )
        routing_profiles.add_queue(profile, queue=queue, priority=1, delay_seconds=0)
