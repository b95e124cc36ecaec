"""Changing a person: what differs is written, each with its own right (S-04)."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.agents.models import Agent
from apps.agents.services.people import change_person, set_person_active
from apps.agents.services.settings import phone_settings_of
from apps.core.errors import InvalidInput
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import RoutingProfile
from apps.security_profiles.services import EscalationRefused
from apps.users.hierarchy import create_group, name_level
from apps.users.models import HierarchyGroup, User
from tests.people import hire, profile_named, user_with

pytestmark = pytest.mark.db


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


@pytest.fixture
def ben(scope: Instance) -> User:
    return hire(scope, "ben", first_name="Ben", email="ben@example.org")


@pytest.fixture
def vip(scope: Instance) -> RoutingProfile:
    basic = RoutingProfile.objects.get()
    return RoutingProfile.objects.create(
        instance=scope,
        name="VIP",
        description="x",
        default_outbound_queue_id=basic.default_outbound_queue_id,
    )


@pytest.fixture
def lisbon(scope: Instance) -> HierarchyGroup:
    name_level(instance=scope, number=1, name="Site")
    return create_group(instance=scope, name="Lisbon")


def change(user: User, *, by: User | None = None, **changes: Any) -> None:
    """As the form does: everything is given, the most as it was."""
    assert user.instance is not None
    present: dict[str, Any] = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "profiles": [profile_named(user.instance, "Agent")],
        "routing_profile": user.agent.routing_profile,
        "hierarchy_group": user.hierarchy_group,
        "phone": phone_settings_of(user.agent),
    }
    change_person(user, **present | changes, acting_user=by)


def test_everything_but_the_user_name_changes(
    scope: Instance, ben: User, ada: User, vip: RoutingProfile, lisbon: HierarchyGroup
) -> None:
    profiles = [profile_named(scope, "Agent"), profile_named(scope, "QualityAnalyst")]

    change(
        ben, by=ada, last_name="Dam", profiles=profiles, routing_profile=vip, hierarchy_group=lisbon
    )

    ben = User.objects.get(pk=ben.pk)
    assert (ben.username, ben.display_name, ben.hierarchy_group) == ("ben", "Ben Dam", lisbon)
    assert ben.groups.count() == 2
    assert ben.agent.routing_profile == vip


@pytest.mark.parametrize("field", ["first_name", "email"])
def test_a_manager_does_not_change_the_account_of_somebody_who_holds_more_s_04(
    ben: User, max_: User, field: str
) -> None:
    with pytest.raises(EscalationRefused):
        change(ben, by=max_, **{field: "eve@example.org"})

    ben.refresh_from_db()
    assert ben.email == "ben@example.org"


def test_a_manager_places_people_all_the_same(
    ben: User, max_: User, vip: RoutingProfile, lisbon: HierarchyGroup
) -> None:
    """Neither queues nor groups are power."""
    change(ben, by=max_, routing_profile=vip, hierarchy_group=lisbon)

    assert Agent.objects.get(user=ben).routing_profile == vip
    assert list(lisbon.users.all()) == [ben]


def test_a_person_keeps_at_least_one_security_profile_sr_018(ben: User, ada: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        change(ben, by=ada, profiles=[])

    assert refusal.value.facts["field"] == "profiles"


def test_if_one_thing_is_refused_nothing_is_changed(ben: User, vip: RoutingProfile) -> None:
    with pytest.raises(InvalidInput):
        change(ben, first_name="Benjamin", routing_profile=None)

    ben.refresh_from_db()
    assert ben.first_name == "Ben"


def test_somebody_without_an_agents_side_gets_one(scope: Instance) -> None:
    ops = user_with(scope, "ops", "Agent")

    change_person(
        ops,
        first_name="",
        last_name="",
        email="",
        profiles=[profile_named(scope, "Agent")],
        routing_profile=RoutingProfile.objects.get(),
        hierarchy_group=None,
        phone=phone_settings_of(hire(scope, "other").agent),
    )

    assert Agent.objects.get(user=ops).status.kind == "OFFLINE"


def test_switched_on_again_a_person_may_sign_in(ben: User, ada: User) -> None:
    set_person_active(ben, is_active=False, acting_user=ada)
    set_person_active(ben, is_active=True, acting_user=ada)

    assert User.objects.get(pk=ben.pk).is_active
