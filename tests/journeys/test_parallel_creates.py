"""Two people who create, name or add the same in the same moment: one does, one is told."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from apps.agents.models import AgentStatus
from apps.agents.services.statuses import change_status, create_status
from apps.flows.models import Prompt
from apps.flows.services.prompts import change_prompt, create_prompt
from apps.flows.services.sounds import prepared_sound
from apps.instances.models import Instance
from apps.instances.services.instances import create_instance
from apps.instances.services.origins import approve_origin
from apps.instances.services.quotas import set_quotas
from apps.routing.models import HoursOfOperation, Queue, QuickConnect, RoutingProfile
from apps.routing.services.hours import change_hours, create_hours
from apps.routing.services.queues import change_queue, create_queue
from apps.routing.services.quick_connects import change_quick_connect, create_quick_connect
from apps.routing.services.routing_profiles import (
    add_queue,
    change_routing_profile,
    create_routing_profile,
)
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.services import create_profile
from apps.users.hierarchy import create_group, name_level
from apps.users.models import HierarchyGroup, User
from tests.apps.flows.sounds import sound
from tests.journeys.at_once import at_once
from tests.journeys.house import House
from tests.people import hire

pytestmark = pytest.mark.journey


def hours(house: House, name: str) -> object:
    return create_hours(instance=house.instance, name=name, time_zone="UTC")


def queue(house: House, name: str) -> object:
    calendar = HoursOfOperation.objects.get(name="Basic Hours")
    return create_queue(instance=house.instance, name=name, hours=calendar)


def profile(house: House, name: str) -> object:
    basic = Queue.objects.get(name="BasicQueue")
    return create_routing_profile(
        instance=house.instance, name=name, description="New", outbound=basic
    )


def quick_connect(house: House, name: str) -> object:
    kind = QuickConnect.Kind.PHONE_NUMBER
    return create_quick_connect(instance=house.instance, name=name, kind=kind, e164="+12065550199")


def status(house: House, name: str) -> object:
    return create_status(instance=house.instance, name=name)


def security_profile(house: House, name: str) -> object:
    return create_profile(instance=house.instance, name=name)


def group(house: House, name: str) -> object:
    name_level(instance=house.instance, number=1, name="Region")
    return create_group(instance=house.instance, name=name)


def person(house: House, name: str) -> object:
    return hire(house.instance, name)


def prompt(house: House, name: str) -> object:
    with prepared_sound(sound()) as made:
        return create_prompt(instance=house.instance, name=name, sound=made)


@pytest.mark.parametrize(
    ("create", "model", "code"),
    [
        (hours, HoursOfOperation, "HOURS_NAME_TAKEN"),
        (queue, Queue, "QUEUE_NAME_TAKEN"),
        (profile, RoutingProfile, "ROUTING_PROFILE_NAME_TAKEN"),
        (quick_connect, QuickConnect, "QUICK_CONNECT_NAME_TAKEN"),
        (status, AgentStatus, "STATUS_NAME_TAKEN"),
        (security_profile, SecurityProfile, "PROFILE_NAME_TAKEN"),
        (group, HierarchyGroup, "GROUP_NAME_TAKEN"),
        (person, User, "USERNAME_TAKEN"),
        (prompt, Prompt, "PROMPT_NAME_TAKEN"),
    ],
)
def test_a_name_is_given_once_sr_052(
    house: House, create: Callable[[House, str], object], model: Any, code: str
) -> None:
    """Compared without case, blanks and Unicode variants, some of which no database knows."""
    before = model.objects.count()
    names = ["Straße", "strasse", " STRASSE ", "\uff33trasse"]
    acts = [lambda name=name: create(house, name) for name in names]

    results = at_once(house.instance, *acts)

    assert sorted(results) == sorted(["done", code, code, code])
    assert model.objects.count() == before + 1


@pytest.mark.parametrize(
    ("create", "rename", "code"),
    [
        (hours, change_hours, "HOURS_NAME_TAKEN"),
        (queue, change_queue, "QUEUE_NAME_TAKEN"),
        (profile, change_routing_profile, "ROUTING_PROFILE_NAME_TAKEN"),
        (quick_connect, change_quick_connect, "QUICK_CONNECT_NAME_TAKEN"),
        (status, change_status, "STATUS_NAME_TAKEN"),
        (prompt, change_prompt, "PROMPT_NAME_TAKEN"),
    ],
)
def test_of_two_rows_one_gets_the_new_name(
    house: House,
    create: Callable[[House, str], Any],
    rename: Callable[..., object],
    code: str,
) -> None:
    rows = [create(house, "First"), create(house, "Second")]
    names = ["Straße", "STRASSE"]
    acts = [partial(rename, row, name=name) for row, name in zip(rows, names, strict=True)]

    results = at_once(house.instance, *acts)

    assert sorted(results) == sorted(["done", code])
    assert len({type(row).objects.get(pk=row.pk).name for row in rows} & set(names)) == 1


def test_an_alias_is_given_once_sr_013(house: House) -> None:
    def create() -> None:
        create_instance(alias="new", name="New")

    results = at_once(house.instance, create, create, create)

    assert sorted(results) == ["ALIAS_TAKEN", "ALIAS_TAKEN", "done"]
    assert Instance.objects.filter(alias="new").count() == 1


def test_the_last_place_of_a_quota_is_given_once(house: House) -> None:
    set_quotas(house.instance, {"agent_statuses": AgentStatus.objects.count() + 1})

    acts = [lambda n=n: status(house, f"Break {n}") for n in range(3)]

    results = at_once(house.instance, *acts)

    assert sorted(results) == ["QUOTA_REACHED", "QUOTA_REACHED", "done"]


def test_an_origin_is_approved_once(house: House) -> None:
    def approve() -> None:
        approve_origin(instance=house.instance, origin="https://crm.example.com")

    assert sorted(at_once(house.instance, approve, approve)) == ["ORIGIN_TAKEN", "done"]


def test_a_queue_is_added_to_a_profile_once(house: House) -> None:
    basic = RoutingProfile.objects.get(name="Basic Routing Profile")
    queue(house, "VIP")
    vip = Queue.objects.get(name="VIP")

    def add() -> None:
        add_queue(basic, queue=vip, priority=1, delay_seconds=0)

    assert sorted(at_once(house.instance, add, add)) == ["QUEUE_TWICE", "done"]
