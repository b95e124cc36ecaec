"""Voice is decided by what is said of voice: rows of a channel to come change nothing."""

import pytest

from apps.agents.models import Agent
from apps.contacts.domain.states import OfferState
from apps.contacts.models import Contact, Offer
from apps.contacts.selectors import queue_metric
from apps.contacts.services.explaining import why_waiting
from apps.core import clock
from apps.routing.models import Queue, RoutingProfileQueue
from tests.journeys.house import House

pytestmark = pytest.mark.journey

CHAT = "CHAT"


@pytest.fixture
def ana(house: House) -> Agent:
    ana = house.agent("ana")
    house.available(ana)
    return ana


def basic_queue() -> Queue:
    return Queue.objects.get(name="BasicQueue")


def for_chat(entry: RoutingProfileQueue) -> RoutingProfileQueue:
    """The same queue and profile for another channel, later and less important."""
    return RoutingProfileQueue.objects.create(
        instance_id=entry.instance_id,
        profile=entry.profile,
        queue=entry.queue,
        channel=CHAT,
        priority=99,
        delay_seconds=600,
    )


def test_an_entry_of_another_channel_changes_nothing_for_voice(house: House, ana: Agent) -> None:
    voice = RoutingProfileQueue.objects.get()
    for_chat(voice)
    contact = house.queued().contact

    assert house.route() == 1
    assert house.offer(ana).contact == contact
    why = house.offer(ana).why
    assert (why["queue_priority"], why["delay_seconds"]) == (voice.priority, voice.delay_seconds)


def test_agents_are_counted_once_however_many_channels_they_serve(house: House, ana: Agent) -> None:
    for_chat(RoutingProfileQueue.objects.get())
    contact = Contact.objects.get(pk=house.queued().contact_id)

    online = queue_metric("NumberOfAgentsOnline", queue=basic_queue(), now=clock.now())
    assert online == 1
    assert why_waiting(contact, now=clock.now()).agents == {"available": 1, "offline": 2}


def test_a_queue_served_for_another_channel_only_is_not_served(house: House, ana: Agent) -> None:
    RoutingProfileQueue.objects.update(channel=CHAT)
    contact = Contact.objects.get(pk=house.queued().contact_id)

    assert house.route() == 0
    reason = why_waiting(contact, now=clock.now())
    assert reason.why_not is not None
    assert (reason.why_not.obstacle, reason.agents) == ("not_served", {})


def test_a_contact_of_another_channel_is_not_offered_as_a_call(house: House, ana: Agent) -> None:
    Contact.objects.filter(pk=house.queued().contact_id).update(channel=CHAT)
    call = house.queued().contact

    assert house.route() == 1
    assert house.offer(ana).contact == call


def test_what_an_agent_holds_of_another_channel_takes_no_voice_slot(
    house: House, ana: Agent
) -> None:
    """One uncleared offer per agent and channel; the voice slot is what voice asks for."""
    call = house.reach("ringing", ana).contact
    Offer.objects.update(channel=CHAT, state=OfferState.MISSED, due_at=None)
    house.open_panel(ana)

    assert house.state(ana) == "available"
    assert house.route() == 1
    assert house.offer(ana).contact == call
    assert Offer.objects.exclude(state=OfferState.CLEARED).count() == 2
