"""No row points into another tenant, and no query runs without saying whose rows it wants."""

import pytest
from django_scopes import ScopeError

from apps.agents.models import Agent, AgentStatus
from apps.agents.services.people import create_agent
from apps.contacts.models import Call
from apps.instances.models import ForeignTenantError, Instance
from apps.instances.scope import instance_scope, scope_of, unscoped
from apps.instances.services.instances import create_instance
from apps.routing.models import RoutingProfile
from tests.people import user_with

pytestmark = pytest.mark.db


@pytest.fixture
def two(db: None) -> tuple[Instance, Instance]:
    return create_instance(alias="one", name="One"), create_instance(alias="two", name="Two")


def hire(instance: Instance) -> Agent:
    with instance_scope(instance):
        profile = RoutingProfile.objects.get()
        return create_agent(user=user_with(instance, "ana", "Agent"), routing_profile=profile)


def status_of(instance: Instance) -> AgentStatus:
    with instance_scope(instance):
        return AgentStatus.objects.get(kind="OFFLINE")


@pytest.mark.parametrize("how", ["object", "key"])
def test_a_row_of_another_instance_cannot_be_referred_to(
    two: tuple[Instance, Instance], how: str
) -> None:
    ours, theirs = two
    agent = hire(ours)
    foreign = status_of(theirs)
    if how == "object":
        agent.status = foreign
    else:
        agent.status_id = foreign.pk

    with pytest.raises(ForeignTenantError, match=r"agents\.Agent\.status"), instance_scope(ours):
        agent.save()
    with pytest.raises(ForeignTenantError), instance_scope(ours):
        agent.save(update_fields=["status"])


def test_fields_that_are_not_written_are_not_checked(two: tuple[Instance, Instance]) -> None:
    ours, theirs = two
    agent = hire(ours)
    agent.status_id = status_of(theirs).pk

    with instance_scope(ours):
        agent.save(update_fields=["acw_seconds"])


def test_a_query_without_a_scope_fails(two: tuple[Instance, Instance]) -> None:
    for model in (Agent, Call, AgentStatus):
        with pytest.raises(ScopeError):
            model.objects.count()


def test_a_scope_shows_one_tenants_rows(two: tuple[Instance, Instance]) -> None:
    ours, theirs = two
    agent = hire(ours)

    with instance_scope(theirs):
        assert not Agent.objects.filter(pk=agent.pk).exists()
    with scope_of(Agent, agent.pk):
        assert Agent.objects.get() == agent


def test_crossing_tenants_needs_a_reason(two: tuple[Instance, Instance]) -> None:
    with unscoped("a test counts everybody's statuses"):
        assert AgentStatus.objects.count() == 4
    with pytest.raises(ValueError, match="reason"), unscoped(" "):
        pass
