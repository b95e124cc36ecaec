"""Queues in the admin: what is offered, what needs another right, and what is told."""

import pytest
from django.test import Client

from apps.agents.models import Agent
from apps.flows.models import ContactFlow
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.models import PhoneNumber
from apps.routing.models import HoursOfOperation, Queue, QuickConnect
from apps.routing.services.queues import create_queue, set_enabled, set_quick_connects
from apps.routing.services.quick_connects import create_quick_connect
from apps.users.models import User
from tests.apps.audit.audit import entries_after, last_key, told
from tests.apps.routing import pages
from tests.apps.routing.names import SAME
from tests.rest import signed_in

pytestmark = pytest.mark.db


@pytest.fixture
def client(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def taxi(scope: Instance) -> QuickConnect:
    return create_quick_connect(
        instance=scope, name="Taxi", kind="PHONE_NUMBER", e164="+12065550199"
    )


def test_a_queue_with_everything_is_made_by_clicking(
    client: Client, scope: Instance, hours: HoursOfOperation, taxi: QuickConnect
) -> None:
    number = PhoneNumber.objects.create(instance=scope, e164="+12065550100")
    whisper = ContactFlow.objects.get(kind="OUTBOUND_WHISPER", is_default=True)

    pages.post(
        client, "queue/add/", name="VIP", description="Gold", hours=hours.pk, max_contacts="5",
        quick_connects=[taxi.pk], outbound_name="Demo", outbound_number=number.pk,
        outbound_whisper=whisper.pk,
    )  # fmt: skip

    vip = Queue.objects.get(name="VIP")
    assert (vip.is_enabled, vip.max_contacts, vip.outbound_name) == (True, 5, "Demo")
    assert (vip.hours, vip.outbound_number, vip.outbound_whisper) == (hours, number, whisper)
    assert list(vip.quick_connects.all()) == [taxi]


@pytest.mark.parametrize("name", SAME)
def test_a_taken_name_is_told_at_its_field(
    client: Client, hours: HoursOfOperation, name: str
) -> None:
    create_queue(instance=hours.instance, name="Night Shift", hours=hours)

    _, text = pages.post(client, "queue/add/", name=name, description="kept", hours=hours.pk)

    assert "Another queue of this instance already has this name." in text
    assert Queue.objects.filter(description="kept").count() == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hours": ""}, "This field is required."),
        ({"max_contacts": "10"}, "Enter 1 to 9, one less than this instance's concurrent calls"),
        ({"max_contacts": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"quick_connects": "9" * 25}, "“99999999999999999999” is not a valid value."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_does_not_fit_is_told(
    client: Client, hours: HoursOfOperation, fields: dict[str, str], said: str
) -> None:
    _, text = pages.post(client, "queue/add/", **{"name": "VIP", "hours": hours.pk, **fields})

    assert said in text
    assert not Queue.objects.filter(name="VIP").exists()


def test_only_published_outbound_whispers_are_offered(client: Client, scope: Instance) -> None:
    ContactFlow.objects.create(instance=scope, name="Draft whisper", kind="OUTBOUND_WHISPER")

    page = pages.get(client, "queue/add/")

    assert "Default outbound" in page
    assert "Draft whisper" not in page and "Default agent whisper" not in page


def test_what_belongs_to_another_instance_is_no_choice_s_02(
    client: Client, scope: Instance, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        foreign = HoursOfOperation.objects.get().pk
        line = create_quick_connect(
            instance=other_instance, name="Line", kind="PHONE_NUMBER", e164="+12065550199"
        )

    _, text = pages.post(client, "queue/add/", name="VIP", hours=foreign, quick_connects=[line.pk])

    assert text.count("Select a valid choice.") == 2
    assert not Queue.objects.filter(name="VIP").exists()


def test_agents_own_queues_are_not_shown(client: Client, agent: Agent) -> None:
    own = Queue.objects.get(user=agent.user)

    assert f"/{own.pk}/change/" not in pages.get(client, "queue/")
    assert client.get(f"{pages.BASE}/queue/{own.pk}/change/").status_code == 302


def test_selected_queues_are_disabled_and_enabled_again(client: Client, queue: Queue) -> None:
    for action, is_enabled, said in (
        ("disable", False, "1 queue is disabled. Those who wait in it are still served."),
        ("enable", True, "1 queue is enabled."),
    ):
        _, text = pages.post(client, "queue/", action=action, _selected_action=[queue.pk])

        queue.refresh_from_db()
        assert (queue.is_enabled, said in text) == (is_enabled, True)


def test_switching_by_the_list_is_told_in_the_audit_a_01(
    client: Client, ada: User, hours: HoursOfOperation
) -> None:
    chosen = [create_queue(instance=hours.instance, name=name, hours=hours) for name in "AB"]
    before = last_key()

    pages.post(client, "queue/", action="disable", _selected_action=[each.pk for each in chosen])

    entries = entries_after(before)
    switched = {"is_enabled": [True, False]}
    assert [told(entry) for entry in entries] == [("routing.Queue", "update", switched)] * 2
    assert {(entry.door, entry.actor) for entry in entries} == {("admin", ada)}


@pytest.mark.parametrize("shown", [True, False])
def test_a_page_that_was_open_for_long_does_not_turn_the_switch(
    client: Client, queue: Queue, shown: bool
) -> None:
    """Only who clicks it does: what the page showed is compared, not the row."""
    set_enabled(queue, is_enabled=shown)
    page = pages.get(client, f"queue/{queue.pk}/change/")
    set_enabled(queue, is_enabled=not shown)
    fields = {"name": "BasicQueue", "hours": queue.hours_id, "description": "Changed"}
    switch = {"initial-is_enabled": shown, **({"is_enabled": "on"} if shown else {})}

    pages.post(client, f"queue/{queue.pk}/change/", **fields, **switch)

    queue.refresh_from_db()
    assert f'<input type="hidden" name="initial-is_enabled" value="{shown}"' in page
    assert (queue.is_enabled, queue.description) == (not shown, "Changed")


@pytest.mark.parametrize("shown", [True, False])
def test_who_clicks_the_switch_of_a_queue_turns_it(
    client: Client, queue: Queue, shown: bool
) -> None:
    set_enabled(queue, is_enabled=shown)
    fields = {"name": "BasicQueue", "hours": queue.hours_id, "initial-is_enabled": shown}
    switch = {} if shown else {"is_enabled": "on"}

    pages.post(client, f"queue/{queue.pk}/change/", **fields, **switch)

    queue.refresh_from_db()
    assert queue.is_enabled is not shown


def test_the_right_to_edit_does_not_switch_off_s_03(scope: Instance, queue: Queue) -> None:
    editor = pages.holder_of(scope, "Queues.Edit")
    fields = {"name": "BasicQueue", "hours": queue.hours_id, "description": "Changed"}

    pages.post(editor, f"queue/{queue.pk}/change/", **fields)
    pages.post(editor, "queue/", action="disable", _selected_action=[queue.pk])

    queue.refresh_from_db()
    assert (queue.is_enabled, queue.description) == (True, "Changed")


def test_the_right_to_switch_is_enough_for_it_s_03(scope: Instance, queue: Queue) -> None:
    switcher = pages.holder_of(scope, "Queues.EnableAndDisable")

    pages.post(switcher, "queue/", action="disable", _selected_action=[queue.pk])

    queue.refresh_from_db()
    assert not queue.is_enabled
    answer = switcher.post(f"{pages.BASE}/queue/{queue.pk}/change/", {"name": "Mine"})
    assert answer.status_code == 403


def test_who_may_only_view_sees_what_is_offered_s_03(
    scope: Instance, queue: Queue, taxi: QuickConnect
) -> None:
    set_quick_connects(queue, [taxi])
    viewer = pages.holder_of(scope, "Queues.View")

    assert "Taxi" in pages.words(pages.get(viewer, f"queue/{queue.pk}/change/"))


def test_nobody_deletes_a_queue(client: Client, queue: Queue) -> None:
    answer = client.post(f"{pages.BASE}/queue/{queue.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403


def test_where_a_queue_is_used_stands_below_it(client: Client, queue: Queue) -> None:
    text = pages.words(pages.get(client, f"queue/{queue.pk}/change/"))

    assert "1 routing profile: Basic Routing Profile" in text
    assert "1 contact flow: Sample inbound" in text


def test_flows_that_name_the_queue_are_told_of_when_the_name_changes(
    client: Client, queue: Queue
) -> None:
    path = f"queue/{queue.pk}/change/"

    _, text = pages.post(client, path, name="Main", hours=queue.hours_id, is_enabled="on")

    assert "These flows name it “BasicQueue” and find it no more: Sample inbound." in text


def test_a_queue_is_found_by_name_and_by_hours(client: Client, hours: HoursOfOperation) -> None:
    create_queue(instance=hours.instance, name="VIP", hours=hours)

    found = pages.words(pages.get(client, "queue/?q=vip"))
    none = pages.words(pages.get(client, "queue/?is_enabled__exact=0"))

    assert "VIP" in found and "BasicQueue" not in found
    assert "BasicQueue" not in none
