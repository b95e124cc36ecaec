"""Two people who create or add the same thing in the same moment: one does, one is told."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.routing.models import HoursOfOperation, Queue, QuickConnect, RoutingProfile
from apps.routing.services.hours import create_hours
from apps.routing.services.queues import create_queue
from apps.routing.services.quick_connects import create_quick_connect
from apps.routing.services.routing_profiles import add_queue, create_routing_profile
from tests.journeys.house import House
from tests.journeys.test_ringing import at_once

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


@pytest.mark.parametrize(
    ("create", "model", "code"),
    [
        (hours, HoursOfOperation, "HOURS_NAME_TAKEN"),
        (queue, Queue, "QUEUE_NAME_TAKEN"),
        (profile, RoutingProfile, "ROUTING_PROFILE_NAME_TAKEN"),
        (quick_connect, QuickConnect, "QUICK_CONNECT_NAME_TAKEN"),
    ],
)
def test_a_name_is_given_once(
    house: House, create: Callable[[House, str], object], model: Any, code: str
) -> None:
    names = ["New", "new", " NEW "]

    results = at_once(house, *((lambda name=name: create(house, name)) for name in names))

    assert sorted(results) == sorted(["done", code, code])
    assert model.objects.filter(name__iexact="new").count() == 1


def test_a_queue_is_added_to_a_profile_once(house: House) -> None:
    basic = RoutingProfile.objects.get(name="Basic Routing Profile")
    queue(house, "VIP")
    vip = Queue.objects.get(name="VIP")

    def add() -> None:
        add_queue(basic, queue=vip, priority=1, delay_seconds=0)

    assert sorted(at_once(house, add, add)) == ["QUEUE_TWICE", "done"]
