"""Routing profiles: each queue once, no disabled ones, and a change replaces the whole set."""

import pytest

from apps.agents.models import Agent
from apps.core.errors import NotFound
from apps.instances.models import ForeignTenantError, Instance
from apps.instances.scope import instance_scope
from apps.routing.models import HoursOfOperation, Queue, RoutingProfile, RoutingProfileQueue
from apps.routing.services.queues import create_queue, set_enabled
from apps.routing.services.routing_profiles import (
    Entry,
    add_queue,
    change_routing_profile,
    create_routing_profile,
    set_entries,
)
from tests.apps.routing.names import NONE, SAME
from tests.apps.routing.refusals import refused

pytestmark = pytest.mark.db


@pytest.fixture
def vip(hours: HoursOfOperation) -> Queue:
    return create_queue(instance=hours.instance, name="VIP", hours=hours)


def night(outbound: Queue) -> RoutingProfile:
    return create_routing_profile(
        instance=outbound.instance, name="Night Shift", description="At night", outbound=outbound
    )


def served(profile: RoutingProfile) -> list[tuple[str, int, int]]:
    rows = profile.entries.order_by("queue__name")
    return list(rows.values_list("queue__name", "priority", "delay_seconds"))


def test_the_whole_set_is_replaced_and_what_stays_is_kept(
    profile: RoutingProfile, queue: Queue, vip: Queue
) -> None:
    basic = profile.entries.get()

    set_entries(profile, [Entry(queue=vip), Entry(queue=queue, priority=2, delay_seconds=30)])
    assert served(profile) == [("BasicQueue", 2, 30), ("VIP", 1, 0)]
    assert profile.entries.filter(pk=basic.pk).exists()

    set_entries(profile, [])
    assert served(profile) == []


def test_a_queue_is_in_a_profile_once_per_channel(
    profile: RoutingProfile, queue: Queue, vip: Queue
) -> None:
    with refused("QUEUE_TWICE", field="entries", saying="VIP"):
        set_entries(profile, [Entry(queue=vip), Entry(queue=vip, priority=2)])
    with refused("QUEUE_TWICE", field="entries", saying="BasicQueue"):
        add_queue(profile, queue=queue, priority=1, delay_seconds=0)

    assert served(profile) == [("BasicQueue", 1, 0)]


def test_a_disabled_queue_is_not_added_but_stays_where_it_is(
    profile: RoutingProfile, queue: Queue, vip: Queue
) -> None:
    off, basic = set_enabled(vip, is_enabled=False), set_enabled(queue, is_enabled=False)

    with refused("QUEUE_DISABLED", field="entries", saying="VIP"):
        set_entries(profile, [Entry(queue=off)])
    set_entries(profile, [Entry(queue=basic, priority=3)])

    assert served(profile) == [("BasicQueue", 3, 0)]


def test_a_disabled_queue_is_not_chosen_for_outbound_calls(
    profile: RoutingProfile, vip: Queue
) -> None:
    off = set_enabled(vip, is_enabled=False)

    with refused("QUEUE_DISABLED", field="default_outbound_queue"):
        change_routing_profile(profile, default_outbound_queue=off)


def test_a_profile_whose_outbound_queue_was_disabled_can_still_be_renamed(
    profile: RoutingProfile, queue: Queue
) -> None:
    set_enabled(queue, is_enabled=False)

    assert change_routing_profile(profile, name="Basic").name == "Basic"


def test_an_agents_own_queue_is_part_of_no_profile(profile: RoutingProfile, agent: Agent) -> None:
    own = Queue.objects.get(user=agent.user)

    with refused("NOT_FOR_PROFILES", field="entries"):
        set_entries(profile, [Entry(queue=own)])
    with refused("NOT_FOR_PROFILES", field="default_outbound_queue"):
        change_routing_profile(profile, default_outbound_queue=own)


@pytest.mark.parametrize(
    ("priority", "delay"), [(0, 0), (100, 0), (1, -1), (1, 10_000), (-1, 0), (10**9, 0)]
)
def test_priority_and_delay_have_their_bounds(
    profile: RoutingProfile, queue: Queue, vip: Queue, priority: int, delay: int
) -> None:
    for line in (queue, vip):
        with refused("INVALID_INPUT", field="entries", saying=line.name):
            set_entries(profile, [Entry(queue=line, priority=priority, delay_seconds=delay)])

    assert served(profile) == [("BasicQueue", 1, 0)]


def test_a_profile_has_at_most_fifty_queues(profile: RoutingProfile, queue: Queue) -> None:
    lines = Queue.objects.bulk_create(
        Queue(instance=queue.instance, name=f"Queue {n}", hours=queue.hours) for n in range(51)
    )
    set_entries(profile, [Entry(queue=line) for line in lines[:50]])

    with refused("QUOTA_REACHED", saying="queues in one routing profile"):
        set_entries(profile, [Entry(queue=line) for line in lines])

    assert profile.entries.count() == 50


@pytest.mark.parametrize("name", SAME)
def test_a_name_is_taken_whatever_its_case_blanks_and_unicode_form(
    profile: RoutingProfile, queue: Queue, name: str
) -> None:
    night(queue)

    with refused("ROUTING_PROFILE_NAME_TAKEN", field="name"):
        change_routing_profile(profile, name=name)


@pytest.mark.parametrize("name", NONE)
def test_a_profile_needs_a_name_that_can_be_kept(profile: RoutingProfile, name: str) -> None:
    with refused("INVALID_INPUT", field="name"):
        change_routing_profile(profile, name=name)


def test_a_profile_needs_a_description(profile: RoutingProfile) -> None:
    with refused("INVALID_INPUT", field="description"):
        change_routing_profile(profile, description="")


def test_a_profile_that_went_away_is_not_found(queue: Queue) -> None:
    gone = night(queue)
    RoutingProfile.objects.filter(pk=gone.pk).delete()

    with pytest.raises(NotFound):
        set_entries(gone, [])


def test_a_queue_of_another_instance_is_served_by_no_profile(
    profile: RoutingProfile, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        foreign = Queue.objects.get()

    with pytest.raises(ForeignTenantError):
        set_entries(profile, [Entry(queue=foreign)])
    assert RoutingProfileQueue.objects.count() == 1
