"""An instance with agents who are all busy and queues full of waiting contacts."""

import time
from collections import deque
from datetime import timedelta
from itertools import cycle, islice

from apps.agents.models import Agent, AgentStatus
from apps.contacts.domain.states import ContactState, OfferState
from apps.contacts.models import Call, Contact, Offer
from apps.contacts.services.queueing import enqueue
from apps.contacts.services.routing import route
from apps.core import clock
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.instances import create_instance
from apps.instances.services.quotas import set_quotas
from apps.routing.models import Queue, RoutingProfile
from apps.routing.services.queues import create_queue
from apps.routing.services.routing_profiles import add_queue, create_routing_profile
from apps.users.models import User, login_key_of
from tests.benchmarks.callers import NODE, NUMBER, new_caller

QUEUES, PROFILES, SERVED = 200, 20, 10  # each profile serves ten queues of its own


class QueueHouse:
    """Made by the product's services, except the crowds, which are inserted at once."""

    def __init__(self, *, agents: int, waiting: int) -> None:
        self.instance: Instance = create_instance(alias="bench", name="Bench")
        Instance.objects.filter(pk=self.instance.pk).update(call_quota=10 * waiting)
        self.instance.refresh_from_db()
        set_quotas(self.instance, {"queues": QUEUES + 1})
        with instance_scope(self.instance):
            self.queues, self.profiles = self._lines()
            self.agents = deque(self._staff(agents))
            self._crowd(waiting)

    def claim_once(self) -> float:
        """Free an agent, enqueue an urgent contact, route; return the seconds of the last two."""
        with instance_scope(self.instance):
            queue = self._free_next_agent()
            contact = new_caller(self.instance, priority=1)
            start = time.perf_counter()
            with unit_of_work():
                refused = enqueue(contact, queue_id=str(queue.public_id), now=clock.now())
            offered = route(self.instance)
            spent = time.perf_counter() - start
            assert refused is None
            assert offered == 1
            assert Offer.objects.filter(contact=contact).exists()
            return spent

    def _lines(self) -> tuple[list[Queue], list[RoutingProfile]]:
        hours = Queue.objects.filter(kind=Queue.Kind.STANDARD).select_related("hours")[0].hours
        assert hours is not None
        queues = [
            create_queue(instance=self.instance, name=f"Queue {number}", hours=hours)
            for number in range(QUEUES)
        ]
        profiles = []
        for number in range(PROFILES):
            own = queues[number * SERVED : (number + 1) * SERVED]
            profile = create_routing_profile(
                instance=self.instance,
                name=f"Profile {number}",
                description="Ten",
                outbound=own[0],
            )
            for place, queue in enumerate(own):
                add_queue(profile, queue=queue, priority=1 + place % 3, delay_seconds=0)
            profiles.append(profile)
        return queues, profiles

    def _staff(self, size: int) -> list[int]:
        available = AgentStatus.objects.get(kind=AgentStatus.Kind.ROUTABLE)
        names = [f"agent{number}" for number in range(size)]
        users = User.objects.bulk_create(
            User(
                instance=self.instance,
                username=name,
                login_key=login_key_of(instance=self.instance, username=name),
            )
            for name in names
        )
        staff = Agent.objects.bulk_create(
            Agent(instance=self.instance, user=user, routing_profile=profile, status=available)
            for user, profile in zip(users, cycle(self.profiles), strict=False)
        )
        return [agent.pk for agent in staff]

    def _crowd(self, waiting: int) -> None:
        now = clock.now()
        calls = Call.objects.bulk_create(
            Call(instance=self.instance, node=NODE) for _ in range(waiting)
        )
        queues = islice(cycle(self.queues), waiting)
        Contact.objects.bulk_create(
            Contact(
                instance=self.instance,
                call=call,
                initiation=Contact.Initiation.INBOUND,
                system_number=NUMBER,
                state=ContactState.QUEUED,
                queue=queue,
                enqueued_at=now - timedelta(seconds=waiting - place),
                effective_enqueued_at=now - timedelta(seconds=waiting - place),
            )
            for place, (call, queue) in enumerate(zip(calls, queues, strict=True))
        )

    def _free_next_agent(self) -> Queue:
        """The one who was called longest ago; returns the first queue of that profile."""
        pk = self.agents[0]
        self.agents.rotate(-1)
        Contact.objects.filter(offers__agent=pk).update(state=ContactState.COMPLETED)
        Offer.objects.filter(agent=pk).update(state=OfferState.CLEARED)
        Agent.objects.filter(pk=pk).update(available_since=clock.now())
        profile = Agent.objects.select_related("routing_profile").get(pk=pk).routing_profile
        return profile.default_outbound_queue
