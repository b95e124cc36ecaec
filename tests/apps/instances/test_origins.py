"""Approved origins, and the one page they may show (S-08)."""

from typing import Any

import pytest
from django.test import Client

from apps.core.errors import DomainError
from apps.instances.domain.origins import MOST
from apps.instances.models import ApprovedOrigin, Instance
from apps.instances.scope import instance_scope
from apps.instances.services.origins import (
    OriginNotPossible,
    OriginTaken,
    TooManyOrigins,
    approve_origin,
    withdraw_origin,
)
from apps.users.models import User

pytestmark = pytest.mark.db

PANEL = "/demo/ccp-v2/"


def approve(instance: Instance, origin: str) -> ApprovedOrigin:
    with instance_scope(instance):
        return approve_origin(instance=instance, origin=origin)


def frame_ancestors(answer: Any) -> str:
    parts = answer["Content-Security-Policy"].split(";")
    return next(str(part).strip() for part in parts if "frame-ancestors" in part)


@pytest.fixture
def agent(client: Client, ana: User) -> Client:
    client.force_login(ana, backend="apps.users.backends.InstanceBackend")
    return client


def test_until_an_origin_is_approved_nobody_may_show_the_panel_s_08(agent: Client) -> None:
    answer = agent.get(PANEL)

    assert frame_ancestors(answer) == "frame-ancestors 'none'"
    assert answer["X-Frame-Options"] == "DENY"


def test_the_panel_may_be_shown_by_approved_origins_only_s_08(
    agent: Client, demo_instance: Instance, other_instance: Instance
) -> None:
    approve(demo_instance, "https://crm.example")
    approve(demo_instance, "https://bücher.example:8443")
    approve(other_instance, "https://elsewhere.example")

    answer = agent.get(PANEL)

    assert frame_ancestors(answer) == (
        "frame-ancestors https://crm.example https://xn--bcher-kva.example:8443"
    )
    assert "X-Frame-Options" not in answer


def test_every_other_page_is_still_shown_by_nobody_s_08(
    agent: Client, demo_instance: Instance
) -> None:
    approve(demo_instance, "https://crm.example")

    for answer in (agent.get("/demo/help/"), agent.get("/demo/login"), Client().get(PANEL)):
        assert frame_ancestors(answer) == "frame-ancestors 'none'"
        assert answer["X-Frame-Options"] == "DENY"


def test_a_withdrawn_origin_is_shut_out_the_next_time_s_08(
    agent: Client, demo_instance: Instance
) -> None:
    row = approve(demo_instance, "https://crm.example")

    with instance_scope(demo_instance):
        withdraw_origin(row)

    assert frame_ancestors(agent.get(PANEL)) == "frame-ancestors 'none'"


@pytest.mark.parametrize("again", ["https://CRM.example/", "https://crm.example:443"])
def test_another_spelling_of_an_approved_origin_is_refused(
    demo_instance: Instance, other_instance: Instance, again: str
) -> None:
    approve(demo_instance, "https://crm.example")
    approve(other_instance, again)

    with pytest.raises(OriginTaken) as refusal:
        approve(demo_instance, again)

    assert refusal.value.facts["field"] == "origin"


@pytest.mark.parametrize("origin", ["http://crm.example", "https://*.example", "https://a/b", "x"])
def test_what_is_no_origin_is_refused_at_its_field(demo_instance: Instance, origin: str) -> None:
    with pytest.raises(OriginNotPossible) as refusal:
        approve(demo_instance, origin)

    assert refusal.value.facts["field"] == "origin"


def test_there_are_at_most_fifty(demo_instance: Instance) -> None:
    for number in range(MOST):
        approve(demo_instance, f"https://crm{number}.example")

    with pytest.raises(DomainError) as refusal:
        approve(demo_instance, "https://one-more.example")

    assert isinstance(refusal.value, TooManyOrigins)
    assert "at most 50" in str(refusal.value.message)
