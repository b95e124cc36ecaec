"""The routing pass on rows decides as the brute-force router does on the same tenant (R-24)."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from apps.agents.models import Agent, AgentStatus
from apps.contacts.domain.states import ConnectionKind, ContactState
from apps.contacts.models import Call, Connection, Contact, Offer
from apps.contacts.services.dispatch import run_pass
from apps.contacts.services.situation import ROUND
from apps.routing.domain.facts import WaitingContact
from apps.routing.models import HoursOfOperation, Queue, RoutingProfile, RoutingProfileQueue
from apps.users.models import User
from tests.domain.routing import build
from tests.domain.routing.bruteforce import route
from tests.domain.routing.build import NOW
from tests.domain.routing.test_oracle import Situation, situations
from tests.journeys.house import House

pytestmark = pytest.mark.journey


@contextmanager
def tenant(house: House, situation: Situation) -> Iterator[None]:
    """The situation as rows, gone afterwards."""
    with transaction.atomic():
        rows = Tenant(house, situation)
        rows.build()
        yield
        transaction.set_rollback(True)


class Tenant:
    """Queues, profiles, agents and waiting contacts with the ids of the situation."""

    def __init__(self, house: House, situation: Situation) -> None:
        self._instance, self._situation = house.instance, situation
        self._queues: dict[UUID, Queue] = {}
        self._profiles: dict[UUID, RoutingProfile] = {}
        self._users: dict[UUID, User] = {}

    def build(self) -> None:
        waiting, agents, table = self._situation
        self._outbound = Queue.objects.get(name="BasicQueue")
        self._hours = HoursOfOperation.objects.get()
        for row in table:
            RoutingProfileQueue.objects.create(
                instance=self._instance,
                profile=self._profile(row.profile),
                queue=self._queue(row.queue),
                priority=row.priority,
                delay_seconds=row.delay_seconds,
            )
        available = AgentStatus.objects.get(kind=AgentStatus.Kind.ROUTABLE)
        for agent in agents:
            Agent.objects.create(
                instance=self._instance,
                public_id=agent.id,
                user=self._user(agent.id),
                routing_profile=self._profile(agent.profile),
                status=available,
                available_since=agent.available_since,
            )
        for contact in sorted(waiting, key=lambda each: each.sequence):
            self._enqueue(contact)

    def _enqueue(self, contact: WaitingContact) -> None:
        call = Call.objects.create(instance=self._instance)
        row = Contact.objects.create(
            instance=self._instance,
            public_id=contact.id,
            call=call,
            initiation=Contact.Initiation.INBOUND,
            system_number="+12065550100",
            state=ContactState.QUEUED,
            queue=self._queue(contact.queue, owner=contact.agent),
            priority=contact.priority,
            enqueued_at=contact.enqueued_at,
            age_adjustment_seconds=contact.age_adjustment_seconds,
            effective_enqueued_at=NOW - contact.effective_age(NOW),
        )
        Connection.objects.create(
            instance=self._instance,
            call=call,
            contact=row,
            kind=ConnectionKind.CUSTOMER,
            state_since=NOW,
        )

    def _queue(self, key: UUID, *, owner: UUID | None = None) -> Queue:
        if key not in self._queues:
            self._queues[key] = Queue.objects.create(
                instance=self._instance,
                public_id=key,
                name=str(key),
                kind=Queue.Kind.AGENT if owner else Queue.Kind.STANDARD,
                hours=None if owner else self._hours,
                user=self._user(owner) if owner else None,
            )
        return self._queues[key]

    def _profile(self, key: UUID) -> RoutingProfile:
        if key not in self._profiles:
            self._profiles[key] = RoutingProfile.objects.create(
                instance=self._instance,
                public_id=key,
                name=str(key),
                description="",
                default_outbound_queue=self._outbound,
            )
        return self._profiles[key]

    def _user(self, key: UUID) -> User:
        if key not in self._users:
            self._users[key] = User.objects.create(instance=self._instance, username=str(key))
        return self._users[key]


def offered() -> list[tuple[UUID, UUID]]:
    rows = Offer.objects.order_by("pk").values_list("contact__public_id", "agent__public_id")
    return list(rows)


def many(seed: int) -> Situation:
    """More agents in one profile, and more contacts in one queue, than a round looks at."""
    dice = random.Random(seed)
    names = [f"a{number}" for number in range(ROUND + 15)]
    owners = [None] * ROUND + dice.sample(names, 5)
    agents = [
        build.agent(name, idle=dice.randrange(20), profile="p2" if number % 10 == 0 else "p1")
        for number, name in enumerate(names)
    ]
    waiting = [
        build.contact(
            f"c{number}",
            f"{owner}'s queue" if owner else dice.choice(["q1"] * 8 + ["q2", "q3"]),
            waited=10 * dice.randrange(5),
            priority=dice.choice([4, 5, 5]),
            adjusted=dice.choice([0, 0, 10, -10]),
            sequence=number,
            owner=owner,
        )
        for number, owner in enumerate(dice.choices(owners, k=2 * ROUND))
    ]
    rows = [
        build.row("q1", 1, profile="p1"),
        build.row("q2", 1, 10, profile="p1"),
        build.row("q3", 2, 20, profile="p1"),
        build.row("q1", 2, 10, profile="p2"),
        build.row("q2", 1, profile="p2"),
    ]
    return Situation(waiting, agents, rows)


def check(house: House, *, examples: int) -> None:
    house.time.move_to(NOW)

    @given(situation=situations())
    @settings(
        max_examples=examples,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def explore(situation: Situation) -> None:
        with tenant(house, situation):
            run_pass(house.instance)

            assert offered() == route(*situation, NOW)

    explore()


def test_a_pass_on_rows_is_that_of_the_brute_force_router_r_24(house: House) -> None:
    """R-24: random tenants with own queues, priorities, delays, ages and every kind of tie."""
    check(house, examples=40)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 20))]
)
def test_a_crowd_is_given_out_in_several_rounds_as_the_brute_force_router_would_r_24(
    house: House, seed: int
) -> None:
    """R-24: a round sees the heads of queues and profiles only, and the next one goes on."""
    house.time.move_to(NOW)
    situation = many(seed)
    expected = route(*situation, NOW)
    assert len(expected) > ROUND

    with tenant(house, situation):
        assert run_pass(house.instance) == len(expected)

        assert offered() == expected


@pytest.mark.long
def test_many_passes_on_rows_are_those_of_the_brute_force_router_r_24(house: House) -> None:
    """R-24."""
    check(house, examples=2000)
