"""What an administrator changes about routing counts for those who wait already."""

from typing import Any

import pytest

from apps.agents.models import Agent
from apps.agents.services.people import give_routing_profile
from apps.contacts.models import Contact
from apps.routing.models import HoursOfOperation, Queue, RoutingProfile, RoutingProfileQueue
from apps.routing.services import queues, routing_profiles
from tests.journeys.house import House

pytestmark = pytest.mark.journey


@pytest.fixture
def ana(house: House) -> Agent:
    ana = house.agent("ana")
    house.available(ana)
    return ana


@pytest.fixture
def vip(house: House) -> Queue:
    return queues.create_queue(
        instance=house.instance, name="VIP", hours=HoursOfOperation.objects.get()
    )


def basic() -> RoutingProfile:
    return RoutingProfile.objects.get(name="Basic Routing Profile")


def moved(house: House, queue: Queue) -> Contact:
    """A caller who waits in this queue."""
    contact = house.queued().contact
    Contact.objects.filter(pk=contact.pk).update(queue=queue)
    return contact


def test_a_queue_added_to_a_profile_is_served_at_once(
    house: House, ana: Agent, vip: Queue, wanted: list[Any]
) -> None:
    contact = moved(house, vip)
    assert house.route() == 0
    wanted.clear()

    routing_profiles.add_queue(basic(), queue=vip, priority=1, delay_seconds=0)

    assert wanted == [{"instance": house.instance.pk}]
    assert house.route() == 1
    assert house.offer(ana).contact == contact


def test_a_changed_priority_decides_about_those_who_wait(
    house: House, ana: Agent, vip: Queue, wanted: list[Any]
) -> None:
    house.choose(ana, "OFFLINE")
    entry = routing_profiles.add_queue(basic(), queue=vip, priority=2, delay_seconds=0)
    first, important = house.queued().contact, moved(house, vip)
    wanted.clear()

    routing_profiles.change_entry(entry, priority=1, delay_seconds=0)
    RoutingProfileQueue.objects.exclude(pk=entry.pk).update(priority=2)

    assert wanted
    house.available(ana)
    house.route()
    assert house.offer(ana).contact == important
    assert first != important


def test_a_delay_taken_away_makes_a_contact_ripe_at_once(
    house: House, ana: Agent, wanted: list[Any]
) -> None:
    entry = RoutingProfileQueue.objects.get()
    routing_profiles.change_entry(entry, priority=1, delay_seconds=600)
    contact = house.queued().contact
    assert house.route() == 0
    wanted.clear()

    routing_profiles.change_entry(entry, priority=1, delay_seconds=0)

    assert wanted
    assert house.route() == 1
    assert house.offer(ana).contact == contact


def test_a_queue_taken_from_a_profile_is_served_no_more(house: House, ana: Agent) -> None:
    house.queued()

    routing_profiles.remove_entry(RoutingProfileQueue.objects.get())

    assert house.route() == 0


def test_an_agent_with_another_profile_serves_its_queues_at_once(
    house: House, ana: Agent, vip: Queue, wanted: list[Any]
) -> None:
    profile = routing_profiles.create_routing_profile(
        instance=house.instance, name="VIP", description="Made by a test.", outbound=vip
    )
    routing_profiles.add_queue(profile, queue=vip, priority=1, delay_seconds=0)
    house.queued()
    contact = moved(house, vip)
    wanted.clear()

    give_routing_profile(agent_id=ana.pk, routing_profile=profile)

    assert wanted
    assert house.route() == 1
    assert house.offer(ana).contact == contact


def test_a_queue_that_is_switched_off_takes_nobody_and_serves_those_who_wait(
    house: House, ana: Agent
) -> None:
    waiting = house.queued().contact
    Queue.objects.filter(name="BasicQueue").update(is_enabled=False)

    late = house.call()
    house.node.played(late)

    late.contact.refresh_from_db()
    assert late.contact.queue is None
    assert house.route() == 1
    assert house.offer(ana).contact == waiting
