"""An instance with agents who are all busy and a queue full of waiting contacts."""

import time
from collections import deque
from datetime import timedelta

from apps.agents.models import Agent
from apps.agents.services.people import create_agent
from apps.contacts.domain.states import ConnectionKind, ContactState, OfferState
from apps.contacts.models import Call, Connection, Contact, Offer
from apps.contacts.services.dispatch import run_pass
from apps.contacts.services.queueing import enqueue
from apps.core import clock
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services import create_instance
from apps.routing.models import RoutingProfile
from tests.people import user_with


class QueueHouse:
    """Makes everything by the product's services, except the crowd, which is inserted at once."""

    def __init__(self, *, agents: int, waiting: int) -> None:
        self.instance: Instance = create_instance(alias="bench", name="Bench")
        Instance.objects.filter(pk=self.instance.pk).update(call_quota=10 * waiting)
        self.instance.refresh_from_db()
        with instance_scope(self.instance):
            self.profile = RoutingProfile.objects.get()
            self.queue = self.profile.default_outbound_queue
            self.agents = deque(self._hire(number) for number in range(agents))
            self._crowd(waiting)

    def claim_once(self) -> float:
        """Free an agent, enqueue an urgent contact, route; return the seconds of the last two."""
        with instance_scope(self.instance):
            self._free_next_agent()
            contact = self._arrive()
            start = time.perf_counter()
            with unit_of_work():
                refused = enqueue(contact, queue_id=str(self.queue.public_id), now=clock.now())
            offered = run_pass(self.instance)
            spent = time.perf_counter() - start
            assert refused is None
            assert offered == 1
            assert Offer.objects.filter(contact=contact).exists()
            return spent

    def _hire(self, number: int) -> int:
        user = user_with(self.instance, f"agent{number}", "Agent")
        return create_agent(user=user, routing_profile=self.profile).pk

    def _crowd(self, waiting: int) -> None:
        now = clock.now()
        calls = Call.objects.bulk_create(self._call() for _ in range(waiting))
        Contact.objects.bulk_create(
            Contact(
                instance=self.instance,
                call=call,
                initiation=Contact.Initiation.INBOUND,
                system_number="+12065550100",
                state=ContactState.QUEUED,
                queue=self.queue,
                enqueued_at=now - timedelta(seconds=waiting - place),
                effective_enqueued_at=now - timedelta(seconds=waiting - place),
            )
            for place, call in enumerate(calls)
        )

    def _arrive(self) -> Contact:
        call = self._call()
        call.save()
        contact = Contact.objects.create(
            instance=self.instance,
            call=call,
            initiation=Contact.Initiation.INBOUND,
            system_number="+12065550100",
            priority=1,
        )
        Connection.objects.create(
            instance=self.instance,
            call=call,
            contact=contact,
            kind=ConnectionKind.CUSTOMER,
            state_since=clock.now(),
        )
        return contact

    def _call(self) -> Call:
        return Call(instance=self.instance, node="bench")

    def _free_next_agent(self) -> None:
        agent = self.agents[0]
        self.agents.rotate(-1)
        Contact.objects.filter(offers__agent=agent).update(state=ContactState.COMPLETED)
        Offer.objects.filter(agent=agent).update(state=OfferState.CLEARED)
        Agent.objects.filter(pk=agent).update(available_since=clock.now())
