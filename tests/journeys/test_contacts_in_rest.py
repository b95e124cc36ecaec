"""Contacts in REST: found by managers, and by the agents who handled them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from apps.contacts.models import Connection, Contact
from apps.core.clock import iso, now
from apps.routing.models import Queue, RoutingProfileQueue
from tests.journeys.house import NUMBER, House
from tests.people import user_with
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.journey

CONTACTS = f"{DEMO}/contacts"
Query = dict[str, str]


@pytest.fixture
def manager(house: House) -> Client:
    return signed_in(user_with(house.instance, "max", "CallCenterManager"))


def ids(client: Client, **query: str) -> list[str]:
    return [row["id"] for row in client.get(CONTACTS, query).json()["results"]]


def handled(house: House) -> Connection:
    """A conversation with ana, from the first ring to cleared work."""
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    house.command(ana, "contact.end", customer.contact)
    house.command(ana, "contact.clear", customer.contact)
    return customer


def test_a_contact_is_listed_with_its_queue_and_its_agent(house: House, manager: Client) -> None:
    contact = handled(house).contact
    contact.refresh_from_db()
    queue, ana = Queue.objects.get(name="BasicQueue"), house.agent("ana").user

    (row,) = manager.get(CONTACTS).json()["results"]

    assert row["id"] == str(contact.public_id)
    assert (row["customer_number"], row["system_number"]) == ("+12065550123", NUMBER)
    assert (row["initiation"], row["channel"], row["state"]) == ("INBOUND", "VOICE", "completed")
    assert row["queue"] == {"id": str(queue.public_id), "name": "BasicQueue"}
    assert row["agent"] == {"id": str(ana.public_id), "username": "ana", "name": "Ana"}
    assert row["disconnect_reason"] == "AGENT_DISCONNECT"
    times = ("initiated_at", "enqueued_at", "connected_to_agent_at", "disconnected_at")
    assert [row[name] for name in times] == sorted(row[name] for name in times)


def test_contacts_come_newest_first_in_pages(house: House, manager: Client) -> None:
    made = [str(house.call().contact.public_id) for _ in range(3)]

    first = manager.get(f"{CONTACTS}?limit=2").json()
    second = manager.get(CONTACTS, {"limit": 2, "after": first["next"]}).json()

    assert [row["id"] for row in first["results"] + second["results"]] == made[::-1]
    assert second["next"] is None


Filter = Callable[[Contact], Query]
MATCHING: dict[str, Filter] = {
    "queue": lambda contact: {"queue": str(Queue.objects.get(name="BasicQueue").public_id)},
    "state": lambda contact: {"state": "queued"},
    "number": lambda contact: {"number": "+12065550177"},
    "number in national form": lambda contact: {"number": "(206) 555-0177"},
    "initiated_after": lambda contact: {"initiated_after": str(iso(contact.initiated_at))},
}


@pytest.mark.parametrize("name", MATCHING)
def test_each_filter_finds_what_it_says(house: House, manager: Client, name: str) -> None:
    early = house.call().contact
    wanted = house.call(caller="+12065550177")
    for _ in range(5):
        if Contact.objects.get(pk=wanted.contact_id).state != "in_flow":
            break
        house.node.played(wanted)
    Contact.objects.filter(pk=early.pk).update(initiated_at=early.initiated_at - timedelta(hours=1))

    assert ids(manager, **MATCHING[name](wanted.contact)) == [str(wanted.contact.public_id)]


def test_contacts_before_an_instant_are_found(house: House, manager: Client) -> None:
    early, late = house.call().contact, house.call().contact
    Contact.objects.filter(pk=late.pk).update(initiated_at=early.initiated_at + timedelta(hours=1))
    limit = str(iso(early.initiated_at + timedelta(minutes=1)))

    assert ids(manager, initiated_before=limit) == [str(early.public_id)]


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"queue": "BasicQueue"}, "INVALID_INPUT", "queue"),
        ({"state": "nowhere"}, "INVALID_INPUT", "state"),
        ({"initiated_after": "yesterday"}, "INVALID_INPUT", "initiated_after"),
        ({"initiated_before": "0001-01-01T00:00:00+14:00"}, "INVALID_INPUT", "initiated_before"),
        ({"number": "911"}, "EMERGENCY", "number"),
        ({"number": "\0"}, "INVALID_INPUT", "number"),
        ({"after": "WzEsMl0"}, "INVALID_CURSOR", "after"),
        ({"limit": "0"}, "INVALID_INPUT", "limit"),
    ],
)
def test_a_search_that_cannot_be_is_refused(
    manager: Client, query: Query, code: str, field: str
) -> None:
    answer = manager.get(CONTACTS, query)

    check_problem(answer, status=400, code=code)
    assert list(answer.json()["errors"]) == [field]


def test_an_unknown_queue_has_no_contacts(house: House, manager: Client) -> None:
    house.queued()

    assert ids(manager, queue=str(uuid4())) == []


def test_the_list_costs_the_same_however_long_it_is(
    house: House, manager: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, user, instance, the page with queues, its offers with agents."""
    handled(house)
    manager.get(CONTACTS)
    for _ in range(3):
        handled(house)

    with django_assert_num_queries(8):
        assert len(manager.get(CONTACTS).json()["results"]) == 4


def test_a_contact_tells_its_history_and_why_each_agent_was_chosen(
    house: House, manager: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ana, mia = house.agent("ana"), house.agent("mia")
    house.available(ana)
    house.available(mia)
    customer = house.queued()
    house.route()
    house.command(ana, "contact.reject", customer.contact)
    house.route()
    house.command(mia, "contact.accept", customer.contact)
    path = f"{CONTACTS}/{customer.contact.public_id}"
    manager.get(path)

    with django_assert_num_queries(10):
        body = manager.get(path).json()

    assert [(offer["n"], offer["agent"]["username"]) for offer in body["offers"]] == [
        (1, "ana"),
        (2, "mia"),
    ]
    assert [offer["state"] for offer in body["offers"]] == ["missed", "accepted"]
    assert [offer["why"]["next_agent"] for offer in body["offers"]] == [str(mia.public_id), None]
    events = [event["kind"] for event in body["events"]]
    assert events.count("offered") == 2
    assert [event["at"] for event in body["events"]] == sorted(e["at"] for e in body["events"])
    assert {e["actor"]["username"] for e in body["events"] if e["actor"]} <= {"ana", "mia"}
    assert (body["initial"], body["previous"], body["next"]) == (body["id"], None, None)


def test_an_offer_says_by_which_facts_contact_and_agent_were_chosen(
    house: House, manager: Client
) -> None:
    """Of two contacts the older one, of two agents the one free longest; what stood behind them."""
    ana, mia = house.agent("ana"), house.agent("mia")
    RoutingProfileQueue.objects.update(priority=3, delay_seconds=4)
    house.available(mia)
    since = iso(now())
    house.time.shift(2)
    house.available(ana)
    older = house.queued().contact
    house.time.shift(3)
    younger = house.queued().contact
    house.time.shift(6)
    house.route()

    (offer,) = manager.get(f"{CONTACTS}/{older.public_id}").json()["offers"]

    assert offer["agent"]["username"] == "mia"
    instants = ("agent_available_since", "next_available_since")
    facts = {name: iso(datetime.fromisoformat(offer["why"].pop(name))) for name in instants}
    assert facts == dict(zip(instants, (since, iso(now() - timedelta(seconds=9))), strict=True))
    assert offer["why"] == {
        "decided_by": "age",
        "runner_up": str(younger.public_id),
        "queue_priority": 3,
        "delay_seconds": 4,
        "contact_priority": 5,
        "waited_seconds": 9.0,
        "age_adjustment_seconds": 0,
        "next_agent": str(ana.public_id),
    }


def test_the_agent_who_handled_a_contact_may_read_it_and_no_other_agent_sr_022(
    house: House,
) -> None:
    contact = handled(house).contact
    path = f"{CONTACTS}/{contact.public_id}"
    ana, mia = (signed_in(house.agent(name).user) for name in ("ana", "mia"))

    own, foreign, unknown = ana.get(path), mia.get(path), mia.get(f"{CONTACTS}/{uuid4()}")

    assert own.json()["id"] == str(contact.public_id)
    check_problem(foreign, status=403, code="PERMISSION_MISSING")
    assert foreign.json() == unknown.json()
    check_problem(ana.get(CONTACTS), status=403, code="PERMISSION_MISSING")


def test_an_agent_who_missed_a_contact_has_not_handled_it(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.queued()
    house.route()
    house.command(ana, "contact.reject", customer.contact)

    answer = signed_in(ana.user).get(f"{CONTACTS}/{customer.contact.public_id}")

    check_problem(answer, status=403, code="PERMISSION_MISSING")


def test_attributes_are_for_their_permission_and_the_agent(house: House, manager: Client) -> None:
    path = f"{CONTACTS}/{handled(house).contact.public_id}"
    admin = signed_in(user_with(house.instance, "ada", "Admin"))
    agent = signed_in(house.agent("ana").user)

    assert manager.get(path).json()["attributes"] is None
    assert admin.get(path).json()["attributes"]["Booking"] == "QX7"
    assert agent.get(path).json()["attributes"]["Booking"] == "QX7"


@pytest.mark.parametrize("wrong", ["3f2b8c1e-0d5a-4e7f-9b6c-2a1d4e8f7c30", "1", "%00"])
def test_unknown_and_malformed_ids_are_not_found(manager: Client, wrong: str) -> None:
    check_problem(manager.get(f"{CONTACTS}/{wrong}"), status=404, code="NOT_FOUND")


_TEXT = st.text(max_size=30) | st.sampled_from(["\0", "-1", "9" * 40, "2026-13-01", "+"])
_NAMES = ("queue", "state", "number", "initiated_after", "initiated_before", "after", "limit")


def test_junk_in_a_search_never_ends_in_a_server_error(manager: Client) -> None:
    @settings(suppress_health_check=list(HealthCheck), max_examples=80)
    @given(st.dictionaries(st.sampled_from(_NAMES), _TEXT, max_size=3))
    def search(query: Query) -> None:
        assert manager.get(CONTACTS, query).status_code < 500

    search()
