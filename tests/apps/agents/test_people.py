"""People of an instance: user, agent and queue at once, or nothing at all."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.agents.models import Agent
from apps.agents.services.settings import PhoneSettings
from apps.core.errors import InvalidInput
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import Queue, RoutingProfile
from apps.security_profiles.selectors import permissions_of
from apps.security_profiles.services import EscalationRefused, create_profile
from apps.users.models import User
from tests.people import hire, profile_named

pytestmark = pytest.mark.db


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


def nobody_was_made(instance: Instance) -> bool:
    return not (User.objects.filter(instance=instance).exists() or Agent.objects.exists())


def test_a_person_has_rights_an_agents_side_and_a_queue(scope: Instance) -> None:
    ben = hire(scope, "ben", first_name=" Ben ", last_name="van  Dam", email="ben@example.org")

    assert (ben.display_name, ben.email) == ("Ben van Dam", "ben@example.org")
    assert "BasicAgentAccess" in permissions_of(ben, scope)
    assert ben.agent.status.kind == "OFFLINE"
    assert Queue.objects.get(kind="AGENT").user == ben


@pytest.mark.parametrize("count", [0, 11])
def test_a_person_needs_one_to_ten_security_profiles_sr_018(scope: Instance, count: int) -> None:
    profiles = [create_profile(instance=scope, name=f"P{n}") for n in range(count)]

    with pytest.raises(InvalidInput) as refusal:
        hire(scope, "ben", profiles=profiles)

    assert (refusal.value.code, refusal.value.facts["field"]) == (
        "SECURITY_PROFILES_NEEDED", "profiles",
    )  # fmt: skip
    assert nobody_was_made(scope)


def test_a_person_needs_a_routing_profile_of_the_instance(
    scope: Instance, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        foreign = RoutingProfile.objects.get()

    for wrong in (None, foreign):
        with pytest.raises(InvalidInput) as refusal:
            hire(scope, "ben", routing_profile=wrong)
        assert refusal.value.facts["field"] == "routing_profile"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "a\u200bb"}, "username"),
        ({"username": "x\0"}, "username"),
        ({"username": "x" * 101}, "username"),
        ({"username": "\ufdfa" * 20}, "username"),  # one character that means eighteen
        ({"username": "\u0390" * 100}, "username"),  # three characters each without case
        ({"email": "not an address"}, "email"),
        ({"first_name": "x" * 256}, "first_name"),
        ({"last_name": "\ud800"}, "last_name"),
        ({"phone": PhoneSettings(phone_type="PIGEON")}, "phone_type"),
        ({"phone": PhoneSettings(acw_seconds=-1)}, "acw_seconds"),
        ({"phone": PhoneSettings(phone_type="DESK_PHONE")}, "desk_phone_number"),
        ({"phone": PhoneSettings(desk_phone_number="112")}, "desk_phone_number"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_half_done(
    scope: Instance, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        hire(scope, **{"username": "ben"} | wrong)

    assert refusal.value.facts["field"] == field
    assert nobody_was_made(scope)
    assert not Queue.objects.filter(kind="AGENT").exists()


def test_a_manager_gives_nobody_more_than_he_holds_s_04(scope: Instance, max_: User) -> None:
    with pytest.raises(EscalationRefused):
        hire(scope, "ben", profiles=[profile_named(scope, "Admin")], acting_user=max_)

    assert not User.objects.filter(username="ben").exists()
