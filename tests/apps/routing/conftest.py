"""An instance with what routing is made of."""

from collections.abc import Iterator

import pytest

from apps.agents.models import Agent
from apps.agents.services.people import create_agent
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import HoursOfOperation, Queue, RoutingProfile
from apps.users.models import User


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


@pytest.fixture
def hours(scope: Instance) -> HoursOfOperation:
    return HoursOfOperation.objects.get(name="Basic Hours")


@pytest.fixture
def queue(scope: Instance) -> Queue:
    return Queue.objects.get(name="BasicQueue")


@pytest.fixture
def profile(scope: Instance) -> RoutingProfile:
    return RoutingProfile.objects.get(name="Basic Routing Profile")


@pytest.fixture
def agent(ana: User, profile: RoutingProfile) -> Agent:
    """Ana at work, with the basic profile."""
    return create_agent(user=ana, routing_profile=profile)
