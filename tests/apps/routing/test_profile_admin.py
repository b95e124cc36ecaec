"""Routing profiles in the admin: the whole set of queues is saved at once."""

from typing import Any

import pytest
from django.test import Client

from apps.agents.models import Agent
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import HoursOfOperation, Queue, RoutingProfile
from apps.routing.services.queues import create_queue, set_enabled
from apps.users.models import User
from tests.apps.routing import pages
from tests.forms import formset
from tests.rest import signed_in

pytestmark = pytest.mark.db


@pytest.fixture
def client(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def vip(hours: HoursOfOperation) -> Queue:
    return create_queue(instance=hours.instance, name="VIP", hours=hours)


def entry(queue: Queue, priority: object = 1, delay: object = 0) -> dict[str, Any]:
    return {"queue": queue.pk, "priority": priority, "delay_seconds": delay}


def night(outbound: Queue) -> dict[str, Any]:
    return {
        "name": "Night",
        "description": "At night",
        "default_outbound_queue": outbound.pk,
    }


def served(name: str) -> list[tuple[str, int, int]]:
    entries = RoutingProfile.objects.get(name=name).entries.order_by("queue__name")
    return list(entries.values_list("queue__name", "priority", "delay_seconds"))


def test_a_profile_with_its_queues_is_made_by_clicking(
    client: Client, queue: Queue, vip: Queue
) -> None:
    entries = formset("entries", entry(queue), entry(vip, 2, 30))

    pages.post(client, "routingprofile/add/", **night(vip), **entries)

    assert served("Night") == [("BasicQueue", 1, 0), ("VIP", 2, 30)]


def test_queues_change_places_in_one_save(
    client: Client, profile: RoutingProfile, queue: Queue, vip: Queue
) -> None:
    row = profile.entries.get()
    entries = formset("entries", entry(vip) | {"id": row.pk}, entry(queue, 2), kept=1)

    pages.post(client, f"routingprofile/{profile.pk}/change/", **night(queue), **entries)

    assert served("Night") == [("BasicQueue", 2, 0), ("VIP", 1, 0)]


@pytest.mark.parametrize(
    ("priority", "delay", "said"),
    [
        (0, 0, "greater than or equal to 1"),
        (100, 0, "less than or equal to 99"),
        (1, 10_000, "less than or equal to 9999"),
        ("x", 0, "Enter a whole number."),
    ],
)
def test_bounds_are_told_and_nothing_is_saved(
    client: Client, queue: Queue, priority: object, delay: object, said: str
) -> None:
    entries = formset("entries", entry(queue, priority, delay))

    _, text = pages.post(client, "routingprofile/add/", **night(queue), **entries)

    assert said in text
    assert not RoutingProfile.objects.filter(name="Night").exists()


def test_a_queue_twice_is_told_and_nothing_is_saved(client: Client, queue: Queue) -> None:
    entries = formset("entries", entry(queue), entry(queue, 2))

    _, text = pages.post(client, "routingprofile/add/", **night(queue), **entries)

    assert "BasicQueue is there twice; a routing profile has each queue once." in text
    assert not RoutingProfile.objects.filter(name="Night").exists()


def test_a_disabled_queue_is_marked_and_refused(client: Client, queue: Queue, vip: Queue) -> None:
    set_enabled(vip, is_enabled=False)
    entries = formset("entries", entry(vip))

    _, text = pages.post(client, "routingprofile/add/", **night(queue), **entries)

    assert "VIP (disabled)" in text
    assert "VIP is disabled. Enable it before you add it to a routing profile." in text


def test_own_queues_of_agents_and_of_other_instances_are_no_choice_s_02(
    client: Client, queue: Queue, agent: Agent, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        foreign = Queue.objects.get()

    for wrong in (Queue.objects.get(user=agent.user), foreign):
        _, text = pages.post(
            client, "routingprofile/add/", **night(wrong), **formset("entries", entry(wrong))
        )
        assert text.count("Select a valid choice.") == 2


def test_the_list_counts_queues_and_agents(
    client: Client, agent: Agent, profile: RoutingProfile
) -> None:
    text = pages.words(pages.get(client, "routingprofile/"))

    assert "Basic Routing Profile Serves BasicQueue. 1 1 BasicQueue" in text


def test_nobody_deletes_a_profile(client: Client, profile: RoutingProfile) -> None:
    answer = client.post(f"{pages.BASE}/routingprofile/{profile.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403


def test_who_may_only_view_sees_the_queues_s_03(scope: Instance, profile: RoutingProfile) -> None:
    viewer = pages.holder_of(scope, "RoutingPolicies.View")
    path = f"routingprofile/{profile.pk}/change/"

    assert "BasicQueue" in pages.words(pages.get(viewer, path))
    assert viewer.post(f"{pages.BASE}/{path}", {"name": "Mine"}).status_code == 403
