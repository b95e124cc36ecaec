"""Contact flows in the admin: to read, with what uses them and what was published."""

import pytest
from django.test import Client

from apps.flows.models import ContactFlow
from apps.flows.services.factory import create_shipped_flow
from apps.flows.services.publishing import create_flow, publish
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.services.numbers import claim_number
from apps.users.models import User
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/demo/admin/flows/contactflow/"
VERSIONS = "/demo/admin/flows/flowversion/"


@pytest.fixture
def inbound(demo_instance: Instance) -> ContactFlow:
    with instance_scope(demo_instance):
        flow = create_shipped_flow(demo_instance, "demo_inbound")
        publish(flow)
        claim_number(instance=demo_instance, e164="+12065550100", flow=flow)
        return flow


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_the_list_says_what_runs_and_what_uses_it(max_: User, inbound: ContactFlow) -> None:
    text = page(signed_in(max_), f"{LIST}?q={inbound.name.split()[0]}")

    assert "Published, version 2" in text
    assert "1 phone number<" in text


def test_drafts_and_published_flows_are_told_apart(max_: User, demo_instance: Instance) -> None:
    with instance_scope(demo_instance):
        create_flow(instance=demo_instance, name="Unfinished", kind="CONTACT_FLOW", content={})
    client = signed_in(max_)

    drafts = page(client, f"{LIST}?state=draft")

    assert "Unfinished" in drafts and "Default customer hold" not in drafts
    assert "Unfinished" not in page(client, f"{LIST}?state=published")


def test_the_page_of_a_flow_names_its_users_and_its_versions(
    max_: User, inbound: ContactFlow
) -> None:
    text = page(signed_in(max_), f"{LIST}{inbound.pk}/change/")

    assert "1 phone number: +12065550100" in text
    with instance_scope(inbound.instance):
        for version in inbound.versions.all():
            assert f"{VERSIONS}{version.pk}/change/" in text


def test_a_version_is_shown_as_it_was_published(max_: User, inbound: ContactFlow) -> None:
    with instance_scope(inbound.instance):
        version = inbound.versions.get(number=1)

    text = page(signed_in(max_), f"{VERSIONS}{version.pk}/change/")

    assert "&quot;StartAction&quot;" in text


@pytest.mark.parametrize("path", [LIST, VERSIONS])
def test_nobody_changes_a_flow_here_and_agents_see_none_s_03(
    ada: User, ana: User, inbound: ContactFlow, path: str
) -> None:
    with instance_scope(inbound.instance):
        version = inbound.versions.get(number=1)
    row = inbound if path == LIST else version
    client = signed_in(ada)

    assert client.get(f"{path}add/").status_code == 403
    assert client.post(f"{path}{row.pk}/change/", {"name": "Mine"}).status_code == 403
    assert client.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert signed_in(ana).get(path).status_code == 403
