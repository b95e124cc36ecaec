"""How an agent is reached is set by administrators, too, and may be locked (SR-050)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from apps.agents.models import Agent
from apps.agents.services.settings import (
    SOFTPHONE,
    PhoneSettings,
    phone_settings_of,
    set_phone_settings,
)
from apps.core.errors import InvalidInput
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.services.numbers import claim_number
from apps.security_profiles.services import EscalationRefused
from apps.users.models import User
from tests.people import hire
from tests.rest import DEMO, signed_in

pytestmark = pytest.mark.db

DESK = PhoneSettings(
    phone_type="DESK_PHONE",
    desk_phone_number="206 555 0123",
    auto_accept=True,
    acw_seconds=30,
    is_locked=True,
)


@pytest.fixture
def agent(demo_instance: Instance) -> Iterator[Agent]:
    with instance_scope(demo_instance):
        yield hire(demo_instance, "ana").agent


def test_settings_are_kept_and_the_number_in_its_one_form_sr_024(agent: Agent) -> None:
    set_phone_settings(agent, DESK)

    stored = phone_settings_of(Agent.objects.get(pk=agent.pk))
    assert stored == replace(DESK, desk_phone_number="+12065550123")


def test_the_agent_sees_that_type_and_number_are_locked_sr_050(agent: Agent) -> None:
    set_phone_settings(agent, DESK)

    me = signed_in(agent.user).get(f"{DEMO}/agents/me").json()

    assert (me["phone_type"], me["is_phone_locked"]) == ("DESK_PHONE", True)


def test_an_own_number_is_no_desk_phone_t_05(agent: Agent) -> None:
    claim_number(instance=agent.instance, e164="+12065550123")

    with pytest.raises(InvalidInput) as refusal:
        set_phone_settings(agent, DESK)

    assert (refusal.value.code, refusal.value.facts["field"]) == ("OWN_NUMBER", "desk_phone_number")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(DESK, desk_phone_number=""), "desk_phone_number"),
        (replace(DESK, desk_phone_number="911"), "desk_phone_number"),
        (replace(DESK, desk_phone_number="\0"), "desk_phone_number"),
        (replace(DESK, phone_type="DESK"), "phone_type"),
        (replace(DESK, acw_seconds=-1), "acw_seconds"),
        (replace(DESK, acw_seconds=2**31), "acw_seconds"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_changes(
    agent: Agent, wrong: PhoneSettings, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        set_phone_settings(agent, wrong)

    assert refusal.value.facts["field"] == field
    assert phone_settings_of(Agent.objects.get(pk=agent.pk)) == SOFTPHONE


def test_nobody_redirects_the_calls_of_somebody_who_holds_more_s_04(
    agent: Agent, max_: User
) -> None:
    with pytest.raises(EscalationRefused):
        set_phone_settings(agent, DESK, acting_user=max_)
