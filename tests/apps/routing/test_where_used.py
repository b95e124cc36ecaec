"""What refers to a thing is counted and named, also when flows write its name instead of its id."""

import pytest

from apps.agents.models import Agent
from apps.agents.services.people import delete_person
from apps.core.where_used import Use, used
from apps.flows.models import ContactFlow
from apps.instances.models import Instance
from apps.routing.models import HoursOfOperation, Queue, RoutingProfile
from apps.routing.selectors.where_used import (
    uses_of_hours,
    uses_of_profile,
    uses_of_queue,
    uses_of_quick_connect,
)
from apps.routing.services.queues import create_queue, set_quick_connects
from apps.routing.services.quick_connects import create_quick_connect
from apps.routing.services.routing_profiles import Entry, create_routing_profile

pytestmark = pytest.mark.db


def words(uses: list[Use]) -> list[str]:
    return [use.sentence for use in used(uses)]


def test_a_queue_names_profiles_flows_and_quick_connects(scope: Instance, queue: Queue) -> None:
    transfer = ContactFlow.objects.get(kind="QUEUE_TRANSFER", is_default=True)
    create_routing_profile(instance=scope, name="Night", description="At night", outbound=queue)
    create_quick_connect(instance=scope, name="Desk", kind="QUEUE", queue=queue, flow=transfer)

    assert words(uses_of_queue(queue)) == [
        "2 routing profiles: Basic Routing Profile, Night",
        "1 contact flow: Sample inbound",
        "1 quick connect: Desk",
    ]


def test_a_profile_that_serves_and_dials_out_counts_once(scope: Instance, queue: Queue) -> None:
    create_routing_profile(
        instance=scope,
        name="Night",
        description="At night",
        outbound=queue,
        entries=[Entry(queue=queue)],
    )

    assert uses_of_queue(queue)[0].names == ("Basic Routing Profile", "Night")


def test_hours_name_their_queues(hours: HoursOfOperation) -> None:
    create_queue(instance=hours.instance, name="VIP", hours=hours)

    assert words(uses_of_hours(hours)) == ["2 queues: BasicQueue, VIP"]


def test_a_profile_counts_its_agents(profile: RoutingProfile, agent: Agent) -> None:
    assert words(uses_of_profile(profile)) == ["1 agent: Ana Lima"]


def test_a_profile_forgets_agents_who_were_deleted(profile: RoutingProfile, agent: Agent) -> None:
    delete_person(agent.user)

    assert words(uses_of_profile(profile)) == []


def test_a_quick_connect_names_the_queues_it_is_on(scope: Instance, queue: Queue) -> None:
    taxi = create_quick_connect(
        instance=scope, name="Taxi", kind="PHONE_NUMBER", e164="+12065550199"
    )
    assert words(uses_of_quick_connect(taxi)) == []

    set_quick_connects(queue, [taxi])

    assert words(uses_of_quick_connect(taxi)) == ["1 queue: BasicQueue"]


def test_of_many_names_a_few_are_said(hours: HoursOfOperation) -> None:
    for letter in "ACDEFG":
        create_queue(instance=hours.instance, name=letter, hours=hours)

    assert words(uses_of_hours(hours)) == ["7 queues: A, BasicQueue, C, D, E, …"]
