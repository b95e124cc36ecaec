"""SR-100: who is offered a quick connect, counted and explained."""

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.agents.models import Agent
from apps.agents.services.people import create_agent
from apps.instances.models import Instance
from apps.routing.domain.visibility import Hidden, Visibility
from apps.routing.models import HoursOfOperation, Queue, QuickConnect, RoutingProfile
from apps.routing.selectors.quick_connects import (
    quick_connects,
    quick_connects_of,
    visibility,
    with_visibility,
)
from apps.routing.services.queues import create_queue, set_quick_connects
from apps.routing.services.quick_connects import create_quick_connect
from apps.routing.services.routing_profiles import Entry, create_routing_profile, set_entries
from apps.users.models import User

pytestmark = pytest.mark.db


@pytest.fixture
def taxi(scope: Instance) -> QuickConnect:
    return create_quick_connect(
        instance=scope, name="Taxi", kind=QuickConnect.Kind.PHONE_NUMBER, e164="+12065550199"
    )


def seen(quick_connect: QuickConnect) -> Visibility:
    return visibility(with_visibility(quick_connects()).get(pk=quick_connect.pk))


def test_on_no_queue_nobody_sees_it_sr_100(taxi: QuickConnect, agent: Agent) -> None:
    assert seen(taxi) == Visibility(0, Hidden.ON_NO_QUEUE)


def test_on_a_queue_that_no_profile_serves_nobody_sees_it_sr_100(
    taxi: QuickConnect, agent: Agent, hours: HoursOfOperation
) -> None:
    lonely = create_queue(instance=hours.instance, name="Lonely", hours=hours)
    set_quick_connects(lonely, [taxi])

    assert seen(taxi) == Visibility(0, Hidden.IN_NO_PROFILE)


def test_in_profiles_that_nobody_has_nobody_sees_it_sr_100(
    taxi: QuickConnect, queue: Queue
) -> None:
    set_quick_connects(queue, [taxi])

    assert seen(taxi) == Visibility(0, Hidden.NOBODY)


def test_agents_are_counted_once_on_however_many_queues_sr_100(
    taxi: QuickConnect, agent: Agent, mia: User, queue: Queue, profile: RoutingProfile
) -> None:
    vip = create_queue(instance=queue.instance, name="VIP", hours=queue.hours)  # type: ignore[arg-type]
    create_agent(user=mia, routing_profile=profile)
    set_entries(profile, [Entry(queue=queue), Entry(queue=vip)])
    for line in (queue, vip):
        set_quick_connects(line, [taxi])

    assert seen(taxi) == Visibility(2, None)


def test_an_agent_whose_account_is_off_does_not_count(
    taxi: QuickConnect, agent: Agent, queue: Queue
) -> None:
    set_quick_connects(queue, [taxi])
    User.objects.filter(pk=agent.user_id).update(is_active=False)

    assert seen(taxi) == Visibility(0, Hidden.NOBODY)


def test_the_count_costs_the_same_for_any_number(
    taxi: QuickConnect,
    agent: Agent,
    queue: Queue,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    more = [
        create_quick_connect(
            instance=queue.instance, name=f"Line {n}", kind="PHONE_NUMBER", e164=f"+1206555010{n}"
        )
        for n in range(3)
    ]
    set_quick_connects(queue, [taxi, *more])

    with django_assert_num_queries(5):
        counts = [visibility(row).agents for row in with_visibility(quick_connects())]

    assert counts == [1, 1, 1, 1]


def test_an_agent_is_offered_those_on_queues_of_the_own_profile_sr_101(
    taxi: QuickConnect, agent: Agent, mia: User, queue: Queue
) -> None:
    other = create_routing_profile(
        instance=queue.instance, name="Other", description="None", outbound=queue
    )
    create_agent(user=mia, routing_profile=other)
    set_quick_connects(queue, [taxi])

    assert list(quick_connects_of(agent.user)) == [taxi]
    assert list(quick_connects_of(mia)) == []
