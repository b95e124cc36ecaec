"""Changing many people at once: asked on a page between, all or none, by the services' rules."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.agents.models import Agent
from apps.agents.services import many_people
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import RoutingProfile
from apps.security_profiles.services import create_profile
from apps.users.hierarchy import create_group, name_level
from apps.users.models import User
from tests.people import hire, profile_named
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/demo/admin/users/user/"


@pytest.fixture
def two(demo_instance: Instance) -> list[User]:
    return people_of(demo_instance, "ben", "cleo")


def people_of(instance: Instance, *names: str) -> list[User]:
    return [hire(instance, name) for name in names]


def choose(client: Client, action: str, people: list[User], **more: Any) -> Any:
    """From the list; with a `value`, from the page between."""
    sent = {"action": action, "_selected_action": [user.pk for user in people]} | more
    return client.post(LIST, sent, follow=True)


def confirm(client: Client, action: str, people: list[User], value: Any = "") -> str:
    answer = choose(client, action, people, confirmed="yes", value=value)
    return str(answer.content.decode())


def agents(people: list[User]) -> list[Agent]:
    return list(Agent._base_manager.filter(user__in=people).order_by("pk"))


def test_nothing_changes_before_the_page_between_is_sent(ada: User, two: list[User]) -> None:
    text = choose(signed_in(ada), "change_phone_type", two, index="0").content.decode()

    assert "ben" in text and "cleo" in text
    assert 'name="value"' in text
    assert {agent.phone_type for agent in agents(two)} == {"SOFT_PHONE"}


def test_routing_profile_limit_and_group_of_many(
    demo_instance: Instance, ada: User, two: list[User]
) -> None:
    with instance_scope(demo_instance):
        outbound = RoutingProfile.objects.get().default_outbound_queue
        vip = RoutingProfile.objects.create(
            instance=demo_instance, name="VIP", description="x", default_outbound_queue=outbound
        )
        name_level(instance=demo_instance, number=1, name="Site")
        lisbon = create_group(instance=demo_instance, name="Lisbon")
    client = signed_in(ada)

    text = confirm(client, "change_routing_profile", two, vip.pk)
    confirm(client, "change_acw_limit", two, 45)
    confirm(client, "move_in_hierarchy", two, lisbon.pk)

    assert "2 people were changed." in text
    assert [(a.routing_profile, a.acw_seconds) for a in agents(two)] == [(vip, 45)] * 2
    assert lisbon.users.count() == 2


def test_if_it_is_refused_for_one_nobody_is_changed_and_the_person_is_named(
    demo_instance: Instance, ada: User, two: list[User]
) -> None:
    """A desk phone needs a number: one of the two has it."""
    agent = two[0].agent
    agent.desk_phone_number = "+12065550123"
    agent.save(update_fields=["desk_phone_number"])

    text = confirm(signed_in(ada), "change_phone_type", two, "DESK_PHONE")

    assert "cleo: A desk phone needs its number." in text
    assert {agent.phone_type for agent in agents(two)} == {"SOFT_PHONE"}


def test_of_a_long_list_those_before_stay_changed_and_the_refusal_counts_them(
    ada: User, two: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step is a transaction of its own, so that callers and agents are served between."""
    monkeypatch.setattr(many_people, "AT_ONCE", 1)
    ben, _cleo = agents(two)
    ben.desk_phone_number = "+12065550123"
    ben.save(update_fields=["desk_phone_number"])

    text = confirm(signed_in(ada), "change_phone_type", two, "DESK_PHONE")

    assert "cleo: A desk phone needs its number. 1 person of the list was changed before" in text
    assert [agent.phone_type for agent in agents(two)] == ["DESK_PHONE", "SOFT_PHONE"]


def test_a_list_longer_than_one_step_is_changed_to_its_end(
    demo_instance: Instance, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_people, "AT_ONCE", 2)
    three = people_of(demo_instance, "ben", "cleo", "dora")

    text = confirm(signed_in(ada), "change_acw_limit", three, 45)

    assert "3 people were changed." in text
    assert {agent.acw_seconds for agent in agents(three)} == {45}


def test_a_profile_more_for_many(demo_instance: Instance, ada: User, two: list[User]) -> None:
    analyst = profile_named(demo_instance, "QualityAnalyst")

    confirm(signed_in(ada), "add_security_profile", two, analyst.pk)

    assert [user.groups.count() for user in two] == [2, 2]


def test_switching_many_off_ends_their_sessions(ada: User, two: list[User]) -> None:
    his = signed_in(two[0])

    confirm(signed_in(ada), "deactivate", two)
    assert his.get("/api/v1/me").status_code == 401

    confirm(signed_in(ada), "activate", two)
    assert User.objects.filter(pk__in=[user.pk for user in two], is_active=True).count() == 2


def test_everybody_cannot_be_switched_off_at_once(ada: User, two: list[User]) -> None:
    """Nobody could switch anybody on again."""
    text = confirm(signed_in(ada), "deactivate", [*two, ada])

    assert "nobody here could manage security profiles" in text
    assert not User.objects.filter(is_active=False).exists()


def test_a_manager_changes_many_within_the_own_rights_only_s_04(
    demo_instance: Instance, two: list[User]
) -> None:
    boss = signed_in(hire(demo_instance, "mia", "CallCenterManager", "Agent"))
    root = hire(demo_instance, "root", "Admin")

    assert "add_security_profile" not in boss.get(LIST).content.decode()
    confirm(boss, "add_security_profile", two, profile_named(demo_instance, "Agent").pk)
    confirm(boss, "deactivate", [*two, root])

    assert not User.objects.filter(is_active=False).exists()
    assert [user.groups.count() for user in two] == [1, 1]


def test_more_than_ten_profiles_are_refused(demo_instance: Instance, ada: User) -> None:
    names = [f"P{n}" for n in range(11)]
    for name in names:
        create_profile(instance=demo_instance, name=name)
    full = hire(demo_instance, "full", *names[:10])

    text = confirm(
        signed_in(ada), "add_security_profile", [full], profile_named(demo_instance, names[10]).pk
    )

    assert "at most ten" in text
    assert full.groups.count() == 10


def test_nobody_of_another_instance_is_changed_s_02(ada: User, other_instance: Instance) -> None:
    foreign = hire(other_instance, "zoe")

    confirm(signed_in(ada), "deactivate", [foreign])

    assert User.objects.get(pk=foreign.pk).is_active


def delete(client: Client, people: list[User]) -> str:
    answer = choose(client, "delete_selected", people, post="yes")
    return str(answer.content.decode())


def deleted() -> list[str]:
    return sorted(User.objects.exclude(deleted_at=None).values_list("username", flat=True))


def test_many_are_deleted_in_steps_so_that_calls_are_served_between(
    demo_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a step all or none; the refusal names the person and counts those before."""
    monkeypatch.setattr(many_people, "AT_ONCE", 2)
    three = people_of(demo_instance, "ben", "cleo", "dora")
    root = hire(demo_instance, "root", "Admin")

    text = delete(signed_in(root), [*three, root])

    assert "root: You cannot delete your own account." in text
    assert "The first 2 people of the list were changed before" in text
    assert deleted() == ["ben", "cleo"]


def test_of_a_list_longer_than_one_step_nobody_is_left(
    demo_instance: Instance, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_people, "AT_ONCE", 2)

    delete(signed_in(ada), people_of(demo_instance, "ben", "cleo", "dora"))

    assert deleted() == ["ben", "cleo", "dora"]


def test_their_own_queues_are_locked_before_the_agents(
    two: list[User], demo_instance: Instance
) -> None:
    """As whoever calls one takes them: queue, then agent."""
    with instance_scope(demo_instance), CaptureQueriesContext(connection) as said:
        many_people.lock_leaving(two)

    tables = [q["sql"].split(' FROM "')[1].split('"')[0] for q in said.captured_queries]
    assert tables == ["instances_instance", "routing_queue", "agents_agent"]
