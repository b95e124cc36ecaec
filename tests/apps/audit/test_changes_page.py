"""The page "Historical changes": by date, user, kind and object (A-04), and the same in REST."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from apps.audit.models import AuditEntry
from apps.audit.services import Reading, record_read
from apps.core.acting import Actor, Door, acting
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.instances import update_instance
from apps.routing.models import Queue
from apps.security_profiles.services import create_profile, set_permissions
from apps.users.models import User
from tests.people import user_with
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.db

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE = "/demo/changes"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def manager(max_: User) -> Client:
    return signed_in(max_)


@pytest.fixture
def queue(demo_instance: Instance, ada: User) -> Queue:
    """Renamed by an administrator in REST."""
    with instance_scope(demo_instance):
        queue = Queue.objects.get(name="BasicQueue")
        queue.name = "Sales"
        with acting(Actor(Door.REST, lambda: ada, address="192.0.2.7", request_id="abc-12345")):
            queue.save()
    return queue


def entries(client: Client, **query: str) -> list[dict[str, Any]]:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.context["entries"]
    return found


def names(client: Client, **query: str) -> list[str]:
    return [entry["name"] for entry in entries(client, **query)]


def test_a_change_is_shown_with_who_where_and_what_a_04(manager: Client, queue: Queue) -> None:
    (entry,) = entries(manager, kind="routing.queue", user="ada")

    assert (entry["verb"], entry["kind"], entry["name"]) == ("Changed", "Queue", "Sales")
    assert (entry["who"], entry["door"], entry["address"]) == ("Ada Byron", "REST", "192.0.2.7")
    assert entry["request_id"] == "abc-12345"
    (line,) = entry["lines"]
    assert (line.label, line.before, line.after) == ("Name", ["BasicQueue"], ["Sales"])
    assert b"abc-12345" in manager.get(PAGE).content


@pytest.mark.parametrize("user", ["ada", " ADA ", "Byron"])
def test_changes_are_found_by_user_a_04(manager: Client, queue: Queue, user: str) -> None:
    assert names(manager, user=user) == ["Sales"]


def test_changes_are_found_by_date_in_the_zone_of_the_instance_a_04(
    manager: Client, queue: Queue, demo_instance: Instance
) -> None:
    update_instance(demo_instance, time_zone="Asia/Tokyo")  # there it is 21:00

    query = {"time": "custom", "kind": "routing.queue", "user": "ada"}
    assert names(manager, **query, since="2026-11-22T20:59", until="2026-11-22T21:01") == ["Sales"]
    assert names(manager, **query, since="2026-11-22T21:01") == []


def test_changes_of_a_week_are_shown_unless_asked_otherwise(
    manager: Client, queue: Queue, _noon: time_machine.Traveller
) -> None:
    _noon.move_to(datetime(2026, 12, 22, tzinfo=UTC))
    client = signed_in(User.objects.get(username="max"))

    assert "Sales" not in names(client)
    assert "Sales" in names(client, time="8w")


def test_everything_about_one_object_is_a_link_a_04(manager: Client, queue: Queue) -> None:
    found = names(manager, object=f"routing.queue:{queue.public_id}")

    assert found == ["Sales"]
    assert (
        "Everything about Sales"
        in manager.get(PAGE, {"object": f"routing.queue:{queue.public_id}"}).content.decode()
    )


@pytest.mark.parametrize("text", ["sale", "abc-12345"])
def test_changes_are_found_by_name_and_by_request(manager: Client, queue: Queue, text: str) -> None:
    assert names(manager, text=text, kind="routing.queue") == ["Sales"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"time": "ever"}, "Choose one of the list."),
        ({"kind": "auth.group"}, "Choose one of the list."),
        ({"time": "custom", "since": "yesterday"}, "Write a date and a time"),
        ({"time": "custom", "since": "0001-01-01T00:00"}, "Write a date and a time"),
        ({"time": "custom", "until": "9999-12-31T23:59"}, "Write a date and a time"),
        (
            {"time": "custom", "since": "2026-11-22T10:00", "until": "2026-11-21T10:00"},
            "The end is before the beginning.",
        ),
        ({"object": "routing.queue"}, "This link names no object."),
        ({"object": "nothing:0197a4c2-5b1e-7c00-9d3f-4b7a91d08a2c"}, "names no object."),
        ({"after": "forged"}, "This link leads to no page of the list."),
    ],
)
def test_what_cannot_be_searched_for_is_said_in_a_sentence(
    manager: Client, query: dict[str, str], sentence: str
) -> None:
    answer = manager.get(PAGE, query)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert answer.context["entries"] is None


def test_where_nothing_matches_the_page_says_so(manager: Client) -> None:
    assert "Nothing was changed" in manager.get(PAGE, {"user": "nobody"}).content.decode()


def test_of_permissions_only_those_that_came_and_went_are_shown(
    manager: Client, demo_instance: Instance
) -> None:
    profile = create_profile(
        instance=demo_instance, name="Readers", permissions=["Queues.View", "Prompts.View"]
    )
    set_permissions(profile, permissions=["Queues.View", "ContactSearch.View"])

    (line,) = entries(manager, kind="security_profiles.securityprofile", text="Readers")[0]["lines"]

    assert (line.label, line.before, line.after) == (
        "Permissions",
        ["Prompts: View"],
        ["Contact search: View"],
    )


def test_a_sensitive_read_is_shown_as_one_a_02(
    manager: Client, demo_instance: Instance, ada: User
) -> None:
    with acting(Actor(Door.PAGE, lambda: ada)):
        record_read(demo_instance, what=Reading.SEARCHED, details={"number": "+12065550100"})

    entry = entries(manager, user="ada")[0]
    assert (entry["verb"], entry["is_read"]) == ("Searched contacts", True)
    assert [(line.label, line.after) for line in entry["lines"]] == [("Number", ["+12065550100"])]


def test_the_list_has_pages_back_and_forth(manager: Client, demo_instance: Instance) -> None:
    for number in range(60):
        update_instance(demo_instance, name=f"Name {number}")

    first = manager.get(PAGE, {"kind": "instances.instance"})
    second = manager.get(PAGE + first.context["older"])

    assert len(first.context["entries"]) == 50
    assert first.context["newer"] is None
    assert len(second.context["entries"]) == 10
    assert manager.get(PAGE + second.context["newer"]).status_code == 200


def test_entries_of_instances_never_cross_s_02(
    manager: Client, queue: Queue, otto: User, other_instance: Instance
) -> None:
    otto_sees = signed_in(otto).get("/other/changes").context["entries"]

    assert otto_sees
    assert not {"Sales", "ana", "Max Roth"} & {entry["name"] for entry in otto_sees}
    foreign = f"users.user:{otto.public_id}"
    assert entries(manager, object=foreign) == []


def test_what_concerns_the_installation_is_shown_to_no_instance(
    manager: Client, demo_instance: Instance
) -> None:
    assert AuditEntry.objects.filter(instance=None, object_repr="Demo Airline").exists()
    assert "Created" not in {e["verb"] for e in entries(manager, kind="instances.instance")}


def test_without_the_right_the_page_is_refused_s_03(ana: User) -> None:
    assert signed_in(ana).get(PAGE).status_code == 403


def test_what_somebody_called_a_thing_is_text_only(
    manager: Client, demo_instance: Instance
) -> None:
    user_with(demo_instance, "eve", first_name="<script>alert(1)</script>")

    assert b"<script>alert(1)" not in manager.get(PAGE).content


class TestRest:
    def test_a_change_is_read_in_rest_a_04(self, manager: Client, queue: Queue) -> None:
        answer = manager.get(f"{DEMO}/changes", {"kind": "routing.queue", "user": "ada"})

        (change,) = answer.json()["results"]
        assert change["action"] == "changed"
        assert change["reading"] is None
        assert change["object"] == {
            "kind": "routing.queue",
            "id": str(queue.public_id),
            "name": "Sales",
        }
        assert change["actor"]["username"] == "ada"
        assert (change["door"], change["address"]) == ("rest", "192.0.2.7")
        assert change["changes"] == {"name": ["BasicQueue", "Sales"]}

    def test_one_object_and_a_time_are_filters(self, manager: Client, queue: Queue) -> None:
        one = f"routing.queue:{queue.public_id}"

        found = manager.get(f"{DEMO}/changes", {"object": one, "since": "2026-11-22T12:00:00Z"})
        later = manager.get(f"{DEMO}/changes", {"object": one, "since": "2026-11-22T12:00:01Z"})

        assert len(found.json()["results"]) == 1
        assert later.json()["results"] == []

    @pytest.mark.parametrize(
        "query", [{"kind": "auth.group"}, {"kind": "x"}, {"object": "x"}, {"since": "yesterday"}]
    )
    def test_a_filter_that_means_nothing_is_refused(
        self, manager: Client, query: dict[str, str]
    ) -> None:
        answer = manager.get(f"{DEMO}/changes", query)

        check_problem(answer, status=400, code="INVALID_INPUT")

    def test_the_list_costs_the_same_however_long_it_is(
        self, manager: Client, demo_instance: Instance, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            update_instance(demo_instance, name=f"Name {number}")
        manager.get(f"{DEMO}/changes")

        with django_assert_max_num_queries(6):
            manager.get(f"{DEMO}/changes")
