"""Agent statuses in the admin of an instance; with them, what every page of it must hold."""

from typing import Any

import pytest
from django.test import Client

from apps.agents.models import AgentStatus
from apps.agents.services.statuses import create_status
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.users.models import User
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/demo/admin/agents/agentstatus/"


def status_named(instance: Instance, name: str) -> AgentStatus:
    with instance_scope(instance):
        return AgentStatus.objects.get(name=name)


def page(client: Client, path: str, **data: Any) -> str:
    answer = client.post(path, data) if data else client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_an_administrator_adds_a_status_by_clicking(ada: User, demo_instance: Instance) -> None:
    client = signed_in(ada)

    answer = client.post(f"{LIST}add/", {"name": "Lunch", "description": "", "display_order": "3"})

    assert answer.status_code == 302
    assert answer["Location"] == LIST
    lunch = status_named(demo_instance, "Lunch")
    assert (lunch.kind, lunch.is_enabled, lunch.display_order) == ("CUSTOM", True, 3)
    assert "Lunch" in page(client, LIST)


@pytest.mark.parametrize("name", ["Lunch", "lunch", " Lunch  ", "Ｌunch"])
def test_what_the_service_refuses_stands_at_its_field_and_the_rest_is_kept(
    ada: User, demo_instance: Instance, name: str
) -> None:
    with instance_scope(demo_instance):
        create_status(instance=demo_instance, name="Lunch")

    text = page(signed_in(ada), f"{LIST}add/", name=name, description="noon", display_order="2")

    assert "Another status of this instance already has this name." in text
    assert 'value="noon"' in text
    assert text.index("already has this name") < text.index('name="description"')


def test_a_default_gets_another_name_and_keeps_its_kind_sr_072(
    ada: User, demo_instance: Instance
) -> None:
    offline = status_named(demo_instance, "Offline")

    signed_in(ada).post(f"{LIST}{offline.pk}/change/", {"name": "Away", "display_order": "2"})

    offline.refresh_from_db()
    assert (offline.name, offline.kind, offline.is_enabled) == ("Away", "OFFLINE", True)


def test_a_row_of_another_instance_is_like_one_that_does_not_exist_s_02(
    ada: User, other_instance: Instance
) -> None:
    client, foreign = signed_in(ada), status_named(other_instance, "Available")

    answers = [client.get(f"{LIST}{pk}/change/", follow=True) for pk in (foreign.pk, 999_999)]

    texts = [answer.content.decode().replace(str(foreign.pk), "999999") for answer in answers]
    assert "Available" not in texts[0].split("Overview")[0]
    assert answers[0].redirect_chain == answers[1].redirect_chain


def test_who_may_only_view_changes_nothing_s_03(
    demo_instance: Instance, ana: User, max_: User
) -> None:
    lunch = status_named(demo_instance, "Available")

    assert signed_in(ana).get(LIST).status_code == 403
    assert signed_in(max_).get(f"{LIST}{lunch.pk}/change/").status_code == 200


def test_the_admin_of_another_instance_sends_to_its_log_in(otto: User, ada: User) -> None:
    answer = signed_in(otto).get(LIST)

    assert answer.status_code == 302
    assert answer["Location"] == f"/demo/login?next={LIST}"


def test_the_links_of_the_admin_lead_to_its_own_instance(ada: User) -> None:
    text = page(signed_in(ada), LIST)

    assert f'href="{LIST}add/"' in text
    assert 'href="/admin/' not in text
    assert 'href="/demo/ccp-v2/"' in text


def test_an_operator_enters_the_admin_of_every_instance(
    demo_instance: Instance, other_instance: Instance
) -> None:
    client = signed_in(User.objects.create_superuser("root", "Correct-Horse-7"))

    for alias in ("demo", "other"):
        assert "Available" in page(client, f"/{alias}/admin/agents/agentstatus/")
