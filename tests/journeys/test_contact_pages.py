"""The contact search and the page of a contact, as the server makes them."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from apps.contacts.models import Connection, Contact
from apps.contacts.services import ending
from apps.contacts.views import search
from apps.core import clock
from apps.instances.services.instances import update_instance
from apps.recordings.models import Recording
from apps.routing.models import Queue
from apps.security_profiles.services import set_permissions
from tests.journeys.house import House
from tests.people import profile_named, user_with
from tests.rest import signed_in

pytestmark = pytest.mark.journey

PAGE = "/demo/contacts"
Query = dict[str, str]


@pytest.fixture
def manager(house: House) -> Client:
    return sign_in_manager(house)


def sign_in_manager(house: House) -> Client:
    return signed_in(user_with(house.instance, "max", "CallCenterManager"))


def text(client: Client, path: str = PAGE, **query: str) -> str:
    """All words of a page, one blank between."""
    answer = client.get(path, query)
    assert answer.status_code == 200
    body = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def listed(client: Client, **query: str) -> list[str]:
    """The ids of the contacts of a page, in its order."""
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return re.findall(rf'href="{PAGE}/([0-9a-f-]{{36}})"', answer.content.decode())


def over(house: House, *, caller: str = "+12065550123") -> Contact:
    """A caller who hung up in the flow."""
    contact = house.call(caller=caller).contact
    ending.hang_up(contact=contact)
    contact.refresh_from_db()
    return contact


def handled(house: House, *, seconds: int = 60) -> Connection:
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    house.wait(seconds)
    house.command(ana, "contact.end", customer.contact)
    house.command(ana, "contact.clear", customer.contact)
    return customer


def test_a_contact_is_told_in_one_row(house: House, manager: Client) -> None:
    update_instance(house.instance, time_zone="Asia/Tokyo")
    contact = Contact.objects.get(pk=handled(house).contact_id)
    there = contact.initiated_at + timedelta(hours=9)
    when = f"{there.day} {there:%b %Y %H:%M}"

    found = text(manager)

    assert "1 contact, newest first Times in Asia/Tokyo" in found
    assert f"{when} +1 206-555-0123 BasicQueue Ana 1:00 Agent" in found


def test_what_is_still_going_on_is_found_by_its_id_alone(house: House, manager: Client) -> None:
    """Domain page, section 14: complete contacts only; an id ignores every other filter."""
    going_on = house.queued().contact
    key = str(going_on.public_id)

    assert listed(manager) == []
    assert listed(manager, contact=key, number="+12065550177", time="yesterday") == [key]
    assert "No contacts match" in text(manager, contact=str(uuid4()))


def test_each_filter_finds_what_it_says(house: House) -> None:
    house.time.move_to(clock.now().replace(hour=12, minute=0) + timedelta(days=1))
    manager = sign_in_manager(house)  # from noon on: all of it is today
    short, long = over(house, caller="+12065550177"), handled(house)
    old = over(house)
    Contact.objects.filter(pk=old.pk).update(initiated_at=old.initiated_at - timedelta(days=20))
    queue = Queue.objects.get(name="BasicQueue")
    flow, talk = str(short.public_id), str(long.contact.public_id)

    assert listed(manager) == [talk, flow]
    assert listed(manager, time="30d") == [talk, flow, str(old.public_id)]
    assert listed(manager, time="today") == listed(manager, time="today", ended_by="") != []
    assert listed(manager, time="yesterday") == []
    assert listed(manager, agent="ANA") == [talk]
    assert listed(manager, agent="bob") == []
    assert listed(manager, queue=str(queue.public_id)) == [talk]
    assert listed(manager, number="(206) 555-0177") == [flow]
    assert listed(manager, ended_by="AGENT_DISCONNECT") == [talk]
    assert listed(manager, ended_by="CUSTOMER_DISCONNECT") == [flow]
    assert listed(manager, longer_than="0:59") == [talk]
    assert listed(manager, longer_than="1:00") == []


def test_a_time_of_ones_own_is_read_in_the_zone_of_the_instance(
    house: House, manager: Client
) -> None:
    update_instance(house.instance, time_zone="Asia/Tokyo")
    contact = over(house)
    there = contact.initiated_at + timedelta(hours=9)
    before, after = (f"{there + timedelta(minutes=by):%Y-%m-%dT%H:%M}" for by in (-2, 2))

    found = [str(contact.public_id)]
    assert listed(manager, time="custom", since=before, until=after) == found
    assert listed(manager, time="custom", since=after) == []
    assert listed(manager, time="custom", until=before) == []


def test_recorded_means_that_it_can_be_heard_or_will_be(house: House, manager: Client) -> None:
    plain, gone, kept = over(house), over(house), over(house)
    for contact, state in ((gone, "deleted"), (kept, "available")):
        Recording.objects.create(instance=house.instance, contact=contact, state=state)

    assert listed(manager, recorded="yes") == [str(kept.public_id)]
    assert listed(manager, recorded="no") == [str(gone.public_id), str(plain.public_id)]
    assert "Customer Recorded" in text(manager, recorded="yes")


def test_pages_lead_to_older_and_back_to_newer(
    house: House, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "ON_A_PAGE", 2)
    made = [str(over(house).public_id) for _ in range(5)][::-1]

    def follow(page: str, word: str) -> str | None:
        found = re.search(rf'rel="{word}" href="(\?[^"]+)"', page)
        return unescape(found[1]) if found else None

    seen, query, pages = [], "?number=%2B12065550123", []
    while query:
        pages.append(query)
        body = manager.get(f"{PAGE}{query}").content.decode()
        seen += re.findall(rf'href="{PAGE}/([0-9a-f-]{{36}})"', body)
        query = follow(body, "next") or ""
    assert seen == made
    assert len(pages) == 3

    back = follow(manager.get(f"{PAGE}{pages[2]}").content.decode(), "prev")
    assert back is not None
    middle = manager.get(f"{PAGE}{back}").content.decode()
    assert re.findall(rf'href="{PAGE}/([0-9a-f-]{{36}})"', middle) == made[2:4]
    first = follow(middle, "prev")
    assert first is not None
    body = manager.get(f"{PAGE}{first}").content.decode()
    assert re.findall(rf'href="{PAGE}/([0-9a-f-]{{36}})"', body) == made[:2]
    assert follow(body, "prev") is None
    assert "number=%2B12065550123" in first


def test_a_long_list_is_counted_only_so_far(
    house: House, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COUNTED_AT_MOST", 2)
    for _ in range(3):
        over(house)

    assert "More than 2 contacts, newest first" in text(manager)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"time": "tomorrow"}, "Choose one of the list."),
        ({"time": "custom", "since": "yesterday"}, "Write a date and a time"),
        ({"time": "custom", "since": "2026-11-02", "until": "2026-11-01"}, "before the beginning"),
        ({"agent": "nobody"}, "There is no agent with this user name."),
        ({"queue": "BasicQueue"}, "Choose one of the list."),
        ({"number": "12"}, "The number"),
        ({"contact": "0197"}, "A contact id has"),
        ({"longer_than": "5"}, "Write minutes and seconds"),
        ({"recorded": "perhaps"}, "Choose one of the list."),
        ({"after": "WzEsMl0"}, "leads to no page"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence_and_lists_nothing(
    house: House, manager: Client, query: Query, sentence: str
) -> None:
    over(house)

    answer = manager.get(PAGE, query)

    page = unescape(answer.content.decode())
    assert (answer.status_code, sentence in page) == (200, True)
    assert "newest first" not in page


_TEXT = st.text(max_size=30) | st.sampled_from(
    ["\0", "-1", "9" * 40, "0001-01-01T00:00", "9999-12-31T23:59", "9:9:99", "+", "custom"]
)
_NAMES = (
    *("time", "since", "until", "agent", "queue", "number", "contact", "ended_by", "recorded"),
    *("longer_than", "after", "before"),
)


def test_junk_in_a_search_never_ends_in_a_server_error(manager: Client) -> None:
    @settings(suppress_health_check=list(HealthCheck), max_examples=80)
    @given(st.dictionaries(st.sampled_from(_NAMES), _TEXT, max_size=4))
    def search_for(query: Query) -> None:
        assert manager.get(PAGE, query).status_code == 200

    search_for()


def test_the_list_costs_the_same_however_long_it_is(
    house: House, manager: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, instance, user, queues, page, offers, count, recordings, suggestions; three are
    the audit's."""
    for _ in range(4):
        handled(house)
    manager.get(PAGE)

    with django_assert_num_queries(12):
        assert len(listed(manager)) == 4


def test_the_page_of_a_contact_tells_it_in_words(house: House, manager: Client) -> None:
    ana, mia = house.agent("ana"), house.agent("mia")
    customer = house.queued()
    house.wait(10)
    house.available(ana)
    house.available(mia)
    house.route()
    house.command(ana, "contact.reject", customer.contact)
    customer.refresh_from_db()
    house.route()
    house.command(mia, "contact.accept", customer.contact)
    house.node.connected(house.line(mia))
    house.node.played(house.line(mia))
    house.node.played(customer)
    house.wait(20)
    house.command(mia, "connection.hold", customer.contact)
    house.wait(5)
    ending.hang_up(contact=customer.contact)
    house.wait(7)
    house.command(mia, "contact.clear", customer.contact)

    page = text(manager, f"{PAGE}/{customer.contact.public_id}")

    assert "+1 206-555-0123" in page
    assert "Queue 0:10 Talk 0:20 Hold 0:05 After call work 0:07" in page
    assert "Missed It was the only contact this agent could take." in page
    assert "The customer had waited 0:10." in page
    assert page.count("The next who could take it was available since") == 1
    for sentence in (
        *("Offered to Ana", "Missed by Ana", "Accepted by Mia", "Connected to Mia"),
        *("Customer put on hold", "Call ended. Ended by: Customer", "Cleared by Mia"),
        *("Put into the queue BasicQueue", "Completed"),
    ):
        assert sentence in page
    assert "%(" not in page


def test_a_contact_that_is_going_on_has_a_page_too(house: House, manager: Client) -> None:
    customer = house.queued()
    house.wait(30)

    page = text(manager, f"{PAGE}/{customer.contact.public_id}")

    assert "Still going on" in page
    assert "Queue 0:30 so far" in page


def test_attributes_are_shown_to_those_who_may_see_them(house: House, manager: Client) -> None:
    path = f"{PAGE}/{handled(house).contact.public_id}"
    admin = signed_in(user_with(house.instance, "ada", "Admin"))

    assert "Booking QX7" in text(admin, path)
    assert "You may not see the attributes" in text(manager, path)
    assert "QX7" not in text(manager, path)


def test_an_agent_sees_the_page_of_an_own_contact_and_of_no_other_sr_022(house: House) -> None:
    path = f"{PAGE}/{handled(house).contact.public_id}"
    ana, mia = (signed_in(house.agent(name).user) for name in ("ana", "mia"))

    assert "Booking QX7" in text(ana, path)
    foreign, unknown = mia.get(path), mia.get(f"{PAGE}/{uuid4()}")
    assert foreign.status_code == unknown.status_code == 403
    assert foreign.content == unknown.content
    assert ana.get(PAGE).status_code == 403
    assert ana.get(f"{PAGE}/{uuid4()}").status_code == 403


def test_an_unknown_contact_is_not_found(manager: Client) -> None:
    assert manager.get(f"{PAGE}/{uuid4()}").status_code == 404


def test_the_search_is_linked_for_those_who_may_use_it(house: House, manager: Client) -> None:
    link = f'href="{PAGE}"'.encode()
    agent = signed_in(house.agent("ana").user)
    for path in ("/", "/demo/help/", f"{PAGE}/{handled(house).contact.public_id}"):
        assert link in manager.get(path).content, path
        assert link not in agent.get(path).content, path


@pytest.mark.parametrize(
    ("rights", "player", "download"),
    [
        ({"ContactSearch.View"}, False, False),
        ({"ContactSearch.View", "ListenCallRecordings"}, True, False),
        ({"ContactSearch.View", "ListenCallRecordings", "DownloadCallRecordings"}, True, True),
    ],
)
def test_player_and_download_are_for_those_with_the_right_s_15(
    house: House, rights: set[str], player: bool, download: bool
) -> None:
    contact = over(house)
    user = user_with(house.instance, "quinn", "QualityAnalyst")
    set_permissions(profile_named(house.instance, "QualityAnalyst"), permissions=rights)
    path = f"{PAGE}/{contact.public_id}"
    client = signed_in(user)
    assert "This contact was not recorded." in text(client, path)

    Recording.objects.create(instance=house.instance, contact=contact, state="available")
    page = client.get(path).content.decode()

    assert ("data-player" in page) is player
    assert ("You may not listen to recordings." in page) is not player
    assert ('data-part="download"' in page) is download
