"""Quick connects in the admin: each type asks for its own, and says who sees it."""

from typing import Any

import pytest
from django.test import Client

from apps.agents.models import Agent
from apps.flows.models import ContactFlow
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.models import PhoneNumber
from apps.routing.models import Queue, QuickConnect
from apps.routing.services.queues import set_quick_connects
from apps.routing.services.quick_connects import create_quick_connect
from apps.users.models import User
from tests.apps.routing import pages
from tests.rest import signed_in

pytestmark = pytest.mark.db

DESK: dict[str, Any] = {"name": "Desk", "description": "The luggage desk"}


@pytest.fixture
def client(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def taxi(scope: Instance) -> QuickConnect:
    return create_quick_connect(
        instance=scope, name="Taxi", kind="PHONE_NUMBER", e164="+12065550199"
    )


def flow(kind: str) -> ContactFlow:
    return ContactFlow.objects.get(kind=kind, is_default=True)


def add(client: Client, **fields: Any) -> str:
    return pages.post(client, "quickconnect/add/", **fields)[1]


def test_one_of_each_type_is_made_by_clicking_sr_096(
    client: Client, agent: Agent, queue: Queue
) -> None:
    to_agent, to_queue = flow("AGENT_TRANSFER"), flow("QUEUE_TRANSFER")

    add(client, **DESK, kind="USER", user=agent.user_id, agent_flow=to_agent.pk)
    add(client, **DESK | {"name": "Line"}, kind="QUEUE", queue=queue.pk, queue_flow=to_queue.pk)
    add(client, **DESK | {"name": "Taxi"}, kind="PHONE_NUMBER", number="(206) 555-0199")

    desk, line, taxi = QuickConnect.objects.order_by("name")
    assert (desk.user, desk.flow) == (agent.user, to_agent)
    assert (line.queue, line.flow) == (queue, to_queue)
    assert (taxi.e164, taxi.flow) == ("+12065550199", None)


def test_a_description_is_required_here_sr_099(client: Client, scope: Instance) -> None:
    text = add(client, name="Taxi", kind="PHONE_NUMBER", number="2065550199")

    assert "This field is required." in text
    assert not QuickConnect.objects.exists()


def test_only_published_flows_of_the_type_are_offered_sr_097(
    client: Client, scope: Instance
) -> None:
    ContactFlow.objects.create(instance=scope, name="Draft transfer", kind="AGENT_TRANSFER")

    page = pages.get(client, "quickconnect/add/")

    assert page.count("Default agent transfer") == page.count("Default queue transfer") == 1
    assert "Draft transfer" not in page and "Sample inbound" not in page


def test_a_flow_of_another_type_is_no_choice_sr_097(client: Client, agent: Agent) -> None:
    wrong = flow("QUEUE_TRANSFER").pk

    text = add(client, **DESK, kind="USER", user=agent.user_id, agent_flow=wrong)

    assert "Select a valid choice." in text
    assert not QuickConnect.objects.exists()


def test_what_another_type_would_need_is_left_out_sr_098(
    client: Client, agent: Agent, queue: Queue
) -> None:
    """The page hides these fields; without scripts they are sent along."""
    add(
        client, **DESK, kind="PHONE_NUMBER", number="2065550199", queue=queue.pk,
        user=agent.user_id, queue_flow=flow("QUEUE_TRANSFER").pk,
    )  # fmt: skip

    desk = QuickConnect.objects.get()
    assert (desk.queue, desk.user, desk.flow) == (None, None, None)


@pytest.mark.parametrize(
    ("fields", "said", "before"),
    [
        ({"kind": "USER"}, "This type of quick connect needs it.", "agent_flow"),
        ({"kind": "PHONE_NUMBER", "number": "911"}, "Emergency numbers cannot be called", "number"),
        ({"kind": "PHONE_NUMBER"}, "This type of quick connect needs it.", "number"),
        ({"kind": "FAX"}, "Select a valid choice.", "kind"),
    ],
)
def test_what_is_missing_or_wrong_is_told_at_its_field(
    client: Client, agent: Agent, fields: dict[str, str], said: str, before: str
) -> None:
    if fields["kind"] == "USER":
        fields = fields | {"user": str(agent.user_id)}

    answer = client.post(f"{pages.BASE}/quickconnect/add/", DESK | fields)

    page = answer.content.decode()
    row = page.split(f'name="{before}"')[1]
    assert said in pages.words(row.split(" name=")[0])
    assert not QuickConnect.objects.exists()


def test_a_number_of_the_instance_itself_is_refused_t_05(client: Client, scope: Instance) -> None:
    PhoneNumber.objects.create(instance=scope, e164="+12065550100")

    text = add(client, **DESK, kind="PHONE_NUMBER", number="2065550100")

    assert "This is a number of this instance." in text


def test_people_of_other_instances_and_those_without_calls_are_no_choice_s_02(
    client: Client, scope: Instance, max_: User, otto: User
) -> None:
    for stranger in (max_, otto):
        text = add(
            client, **DESK, kind="USER", user=stranger.pk, agent_flow=flow("AGENT_TRANSFER").pk
        )
        assert "Select a valid choice." in text


def test_queues_and_flows_of_other_instances_are_no_choice_s_02(
    client: Client, scope: Instance, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        queue, transfer = Queue.objects.get(), flow("QUEUE_TRANSFER")

    text = add(client, **DESK, kind="QUEUE", queue=queue.pk, queue_flow=transfer.pk)

    assert text.count("Select a valid choice.") == 2


def test_list_and_page_say_to_how_many_agents_it_is_visible_and_why_not_sr_100(
    client: Client, taxi: QuickConnect, agent: Agent, queue: Queue
) -> None:
    page = f"quickconnect/{taxi.pk}/change/"
    for path in ("quickconnect/", page):
        assert "Visible to nobody: it is on no queue." in pages.words(pages.get(client, path))

    set_quick_connects(queue, [taxi])

    for path in ("quickconnect/", page):
        assert "Visible to 1 agent" in pages.words(pages.get(client, path))


def test_it_is_said_that_the_panel_offers_none_yet(
    client: Client, taxi: QuickConnect, agent: Agent, queue: Queue
) -> None:
    """As of desk phones: who sets one up must not look for it in the panel."""
    for path in (f"quickconnect/{taxi.pk}/change/", f"queue/{queue.pk}/change/"):
        assert "until then the panel offers no quick connects" in pages.words(
            pages.get(client, path)
        )

    set_quick_connects(queue, [taxi])

    assert "once there are transfers" in pages.words(pages.get(client, "quickconnect/"))


def test_the_list_costs_the_same_for_any_number(
    client: Client, taxi: QuickConnect, django_assert_max_num_queries: Any
) -> None:
    client.get(f"{pages.BASE}/quickconnect/")
    for n in range(5):
        create_quick_connect(
            instance=taxi.instance, name=f"Line {n}", kind="PHONE_NUMBER", e164=f"+1206555010{n}"
        )

    with django_assert_max_num_queries(12):
        assert "Line 4" in pages.get(client, "quickconnect/")


def test_a_quick_connect_becomes_one_of_another_type(
    client: Client, taxi: QuickConnect, queue: Queue
) -> None:
    pages.post(
        client, f"quickconnect/{taxi.pk}/change/", **DESK, kind="QUEUE", queue=queue.pk,
        queue_flow=flow("QUEUE_TRANSFER").pk, number="+1 206-555-0199",
    )  # fmt: skip

    taxi.refresh_from_db()
    assert (taxi.kind, taxi.queue, taxi.e164) == ("QUEUE", queue, "")


def test_a_quick_connect_is_deleted_by_clicking(client: Client, taxi: QuickConnect) -> None:
    pages.post(client, f"quickconnect/{taxi.pk}/delete/", post="yes")

    assert not QuickConnect.objects.exists()


def test_who_may_only_delete_sees_the_destination_s_03(scope: Instance, taxi: QuickConnect) -> None:
    deleter = pages.holder_of(scope, "TransferDestinations.Delete")

    text = pages.words(pages.get(deleter, f"quickconnect/{taxi.pk}/change/"))

    assert "+1 206-555-0199" in text and "External" in text


def test_agents_who_see_quick_connects_in_the_panel_have_no_page_of_them_sr_022(
    ana: User, taxi: QuickConnect
) -> None:
    client = signed_in(ana)

    for path in ("", "add/", f"{taxi.pk}/change/"):
        assert client.get(f"{pages.BASE}/quickconnect/{path}").status_code == 403
    assert client.get("/demo/admin/").status_code == 403
