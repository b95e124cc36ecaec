"""A queue that is full takes nobody more, and the flow goes on at its "at capacity" branch."""

import pytest

from apps.agents.models import Agent
from apps.contacts.models import Contact
from apps.contacts.services import queueing
from apps.contacts.services.rows import call_work
from apps.core import clock
from apps.flows.domain.types import AT_CAPACITY
from apps.instances.services.instances import update_instance
from apps.routing.models import Queue
from tests.journeys.house import House

pytestmark = pytest.mark.journey


def test_an_agents_own_queue_is_full_with_ten_contacts(house: House, ana: Agent) -> None:
    update_instance(
        house.instance, call_quota=100, web_call_limit=100, web_call_limit_per_address=100
    )
    house.instance.refresh_from_db()
    own = Queue.objects.get(user=ana.user)
    answers = [enter(own, house.call().contact) for _ in range(11)]

    assert answers == [None] * 10 + [AT_CAPACITY]
    assert Contact.objects.filter(queue=own).count() == 10


def enter(queue: Queue, contact: Contact) -> str | None:
    with call_work(contact.call_id):
        fresh = Contact.objects.select_related("instance").get(pk=contact.pk)
        return queueing.enqueue(fresh, queue_id=str(queue.public_id), now=clock.now())
