"""Each waiting contact says why: by the rule that decides, in REST and on its page."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from apps.agents.models import Agent
from apps.contacts.models import Contact
from apps.routing.models import RoutingProfileQueue
from tests.journeys.house import House
from tests.people import user_with
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.journey


@pytest.fixture
def manager(house: House) -> Client:
    return signed_in(user_with(house.instance, "max", "CallCenterManager"))


def asked(client: Client, contact: Contact) -> dict[str, object]:
    answer = client.get(f"{DEMO}/contacts/{contact.public_id}/why-waiting")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def page(client: Client, contact: Contact) -> str:
    return client.get(f"/demo/contacts/{contact.public_id}").content.decode()


def doing(body: dict[str, object]) -> dict[str, int]:
    return {row["doing"]: row["count"] for row in body["agents"]}  # type: ignore[attr-defined]


def test_nobody_serves_the_queue(house: House, manager: Client) -> None:
    contact = house.queued().contact
    RoutingProfileQueue.objects.all().delete()

    assert asked(manager, contact)["obstacle"] == "not_served"
    assert "No routing profile serves its queue." in page(manager, contact)


def test_nobody_is_free_and_what_they_do_is_counted(house: House, manager: Client) -> None:
    ana, bob = house.agent("ana"), house.agent("bob")
    house.available(ana)
    house.talking(ana)
    house.available(bob)
    house.open_panel(bob, is_ready=False)
    contact = house.queued().contact

    body = asked(manager, contact)

    assert (body["obstacle"], body["is_offered"]) == ("no_free_agent", False)
    assert doing(body) == {"connected": 1, "no_softphone": 1, "offline": 1}
    assert "1 on contact, 1 without a softphone, 1 offline" in page(manager, contact)


@pytest.mark.parametrize(
    ("command", "word"),
    [("contact.reject", "missed"), ("contact.end", "acw"), (None, "connected")],
)
def test_what_an_agent_does_has_one_word(
    house: House, manager: Client, command: str | None, word: str
) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing" if command == "contact.reject" else "talking", ana)
    if command:
        house.command(ana, command, customer.contact)
    contact = house.queued().contact

    assert doing(asked(manager, contact))[word] == 1


def test_a_delay_says_when_it_has_passed(house: House, manager: Client) -> None:
    house.available(house.agent("ana"))
    RoutingProfileQueue.objects.update(delay_seconds=30)
    contact = house.queued().contact
    ripe_at = contact.enqueued_at or Contact.objects.get(pk=contact.pk).enqueued_at
    assert ripe_at is not None

    body = asked(manager, contact)

    assert body["obstacle"] == "too_young"
    assert datetime.fromisoformat(str(body["ripe_at"])) == ripe_at + timedelta(seconds=30)
    house.time.shift(30)
    assert asked(manager, contact)["obstacle"] is None


def test_who_is_behind_hears_whom_the_free_take_first(house: House, manager: Client) -> None:
    """Asked about the last: what a pass reads for one free agent ends before it."""
    first, second = [house.queued().contact for _ in range(3)][::2]
    house.available(house.agent("ana"))

    body = asked(manager, second)

    assert (body["obstacle"], body["ahead"]) == ("behind", [str(first.public_id)])
    assert asked(manager, first)["obstacle"] is None
    assert "take other contacts first: 1" in page(manager, second)
    assert "Nothing has been recorded so far." in page(manager, second)


def test_what_rings_is_offered(house: House, manager: Client) -> None:
    ana = house.agent("ana")
    house.available(ana)
    contact = house.reach("ringing", ana).contact

    body = asked(manager, contact)

    assert (body["is_offered"], body["obstacle"], doing(body)["incoming"]) == (True, None, 1)
    assert "It is offered to an agent now." in page(manager, contact)


@pytest.mark.parametrize("moment", ["in_flow", "talking"])
def test_a_contact_in_no_queue_does_not_wait(house: House, manager: Client, moment: str) -> None:
    ana = house.agent("ana")
    house.available(ana)
    contact = house.reach(moment, ana).contact

    answer = manager.get(f"{DEMO}/contacts/{contact.public_id}/why-waiting")

    check_problem(answer, status=409, code="CONTACT_NOT_WAITING")
    assert "Why it waits" not in page(manager, contact)


def test_the_answer_is_what_the_pass_then_does(house: House, manager: Client) -> None:
    """The same pure function: None exactly for those that the next pass offers."""
    contacts = [house.queued().contact for _ in range(3)]
    for name in ("ana", "bob"):
        house.available(house.agent(name))
    expected = [asked(manager, contact)["obstacle"] is None for contact in contacts]

    house.route()

    held: Callable[[Contact], bool] = lambda each: each.offers.exists()  # noqa: E731
    assert [held(contact) for contact in contacts] == expected == [True, True, False]


def test_an_agent_may_not_ask_about_the_contacts_of_others(house: House) -> None:
    """SR-022: refused alike for contacts there are and others."""
    contact = house.queued().contact
    agent = signed_in(Agent.objects.get(pk=house.people["ana"]).user)

    answer = agent.get(f"{DEMO}/contacts/{contact.public_id}/why-waiting")

    assert answer.status_code == 403
