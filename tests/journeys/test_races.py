"""Everything at once, in threads on real transactions: nobody is lost, doubled or deadlocked."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import connection

from apps.agents.models import Agent, AgentStatus, Panel
from apps.agents.services.many_people import change_many
from apps.agents.services.people import (
    agent_of,
    delete_person,
    give_routing_profile,
)
from apps.contacts.domain.states import ContactState, OfferState
from apps.contacts.models import Contact, Offer
from apps.contacts.services import availability, ending, offers, queueing
from apps.contacts.services.rows import call_work
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.unit_of_work import unit_of_work
from apps.instances.scope import instance_scope
from apps.instances.services.instances import update_instance
from apps.routing.models import Queue, RoutingProfile
from apps.users.models import User
from tests.journeys.at_once import at_once
from tests.journeys.house import PEOPLE, House

pytestmark = pytest.mark.journey

RECOVERY = 15  # seconds until work and missed calls clear themselves
UNTIL_IDLE = 120  # more than a lost caller is waited for, a ring, and what clears itself
PATIENCE = 120  # seconds; a bound for hangs, never a measure
LIVE = (OfferState.RINGING, OfferState.ACCEPTED, OfferState.CONNECTED)


@pytest.mark.parametrize("_trial", range(10))
def test_a_pass_and_a_hang_up_at_once_leave_no_ring_behind_r_22(house: House, _trial: int) -> None:
    """R-22: the caller leaves in the very moment in which a pass gives the call to an agent."""
    ana = house.agent("ana")
    house.available(ana)
    contact = house.reach("queued", ana).contact

    at_once(house.instance, house.route, lambda: ending.hang_up(contact=contact))

    assert not Offer.objects.filter(state__in=LIVE).exists()
    assert Contact.objects.get().state == ContactState.COMPLETED
    assert house.state(ana) == "available"


@pytest.mark.parametrize("_trial", range(5))
def test_a_pass_and_a_choice_of_offline_at_once_agree_about_the_agent(
    house: House, _trial: int
) -> None:
    """Either the agent is offline and nothing rings, or it rings and offline comes afterwards."""
    ana = house.agent("ana")
    house.available(ana)
    house.reach("queued", ana)

    at_once(house.instance, house.route, lambda: house.choose(ana, AgentStatus.Kind.OFFLINE))

    present = Agent.objects.select_related("status").get(pk=ana.pk)
    rings = Offer.objects.filter(agent=ana, state=OfferState.RINGING).exists()
    assert rings == (present.status.kind == AgentStatus.Kind.ROUTABLE)
    assert rings == (present.next_status_id is not None)


@pytest.mark.parametrize("_trial", range(5))
def test_a_pass_and_a_change_of_its_agents_at_once_do_not_wait_for_each_other(
    house: House, _trial: int
) -> None:
    """The pass chooses by who is free longest, the list of people goes by their names."""
    agents = [house.agent(name) for name in PEOPLE]
    for agent in reversed(agents):
        house.available(agent)
        house.time.shift(1)
        house.queued()

    def change() -> None:
        change_many([agent.user for agent in agents], give_profile_again)

    assert at_once(house.instance, house.route, change) == ["done", "done"]
    assert [house.state(agent) for agent in agents] == ["incoming"] * 3


@pytest.mark.parametrize("_trial", range(5))
def test_who_leaves_while_the_policy_is_changed_is_offline_in_time_r_20(
    house: House, _trial: int
) -> None:
    """R-20: the change counts those who are gone, and who leaves after it counts by the new one."""
    ana = house.agent("ana")
    update_instance(house.instance, gone_offline_minutes=0)
    house.available(ana)

    at_once(
        house.instance,
        lambda: house.close_panel(ana, house.panels[ana.pk]),
        lambda: update_instance(house.instance, gone_offline_minutes=1),
    )

    house.skip(60)
    assert house.state(ana) == "offline"


def give_profile_again(user: User) -> None:
    give_routing_profile(agent_id=agent_of(user).pk, routing_profile=RoutingProfile.objects.get())


def test_the_last_place_of_a_queue_is_taken_once(house: House) -> None:
    """SR-060: two callers enter a queue with one place left in the same moment."""
    queue = Queue.objects.get(kind=Queue.Kind.STANDARD)
    queue.max_contacts = 1
    queue.save(update_fields=["max_contacts"])
    callers = [house.call().contact for _ in range(3)]

    def enter(contact: Contact) -> Callable[[], object]:
        def act() -> None:
            with unit_of_work():
                fresh = Contact.objects.select_related("instance").get(pk=contact.pk)
                queueing.enqueue(fresh, queue_id=str(queue.public_id), now=clock.now())

        return act

    at_once(house.instance, *map(enter, callers))

    assert Contact.objects.filter(state=ContactState.QUEUED).count() == 1
    for contact in callers:
        ending.hang_up(contact=contact)


@pytest.mark.parametrize("_trial", range(5))
def test_whoever_enters_the_queue_of_somebody_just_deleted_does_not_wait_there(
    house: House, _trial: int
) -> None:
    """Either the deletion is refused, or the flow is told that there is no such queue."""
    ana = house.agent("ana")
    own = Queue.objects.get(user=ana.user)
    contact = house.call().contact

    def enter() -> None:
        with call_work(contact.call_id):
            fresh = Contact.objects.select_related("instance").get(pk=contact.pk)
            queueing.enqueue(fresh, queue_id=str(own.public_id), now=clock.now())

    results = at_once(house.instance, enter, lambda: delete_person(ana.user))

    is_waiting = Contact.objects.filter(queue=own, state=ContactState.QUEUED).exists()
    assert results == ["done", "AGENT_AWAITED" if is_waiting else "done"]
    ending.hang_up(contact=contact)


def test_a_window_that_dies_with_its_audio_leaves_it_to_the_other(house: House) -> None:
    """The end of the socket and the loss of the leg are told in the same moment."""
    ana = house.agent("ana")
    house.available(ana)
    other = house.open_panel(ana, key=uuid4())
    house.reach("talking", ana)

    at_once(
        house.instance,
        lambda: house.node.lost(house.line(ana)),
        lambda: house.close_panel(ana, house.panels[ana.pk]),
    )

    assert Panel.objects.get(has_audio=True).key == other


class Crowd:
    """Threads that do what people, deadlines and passes do, in an order nobody has chosen."""

    def __init__(self, house: House, *, steps: int) -> None:
        self.house, self.steps = house, steps
        self.second = uuid4()
        self.vanished: list[int] = []
        self.failures: list[BaseException] = []

    def run(self, *roles: Callable[[random.Random], object]) -> None:
        threads = [
            threading.Thread(target=self._play, args=(seed, role))
            for seed, role in enumerate(roles)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in threads)

    def _play(self, seed: int, role: Callable[[random.Random], object]) -> None:
        dice = random.Random(seed)
        try:
            with instance_scope(self.house.instance):
                for _ in range(self.steps):
                    with suppress(DomainError):
                        role(dice)
        except BaseException as failure:
            self.failures.append(failure)
        finally:
            connection.close()

    def agent(self, name: str) -> Callable[[random.Random], object]:
        """Two tabs of one agent may play this at the same time."""
        agent = self._agent(name)

        def act(dice: random.Random) -> None:
            held = availability.held_offer(agent)
            if held is None:
                self.house.choose(agent, dice.choice(["ROUTABLE", "ROUTABLE", "OFFLINE"]))
                return
            command = dice.choice(
                ["contact.accept", "contact.reject", "contact.end", "contact.clear",
                 "contact.become_available", "connection.hold", "connection.resume"]
            )  # fmt: skip
            self.house.command(agent, command, held.contact)

        return act

    def caller(self, dice: random.Random) -> None:
        """Calls, waits for what comes, leaves."""
        contact = self.house.queued().contact
        for _ in range(dice.randrange(3)):
            self.house.route()
        ending.hang_up(contact=contact)

    def vanishing(self, dice: random.Random) -> None:
        """Calls, and is heard of no more: only the sweep can end it."""
        customer = self.house.queued()
        self.vanished.append(customer.contact_id)
        for _ in range(dice.randrange(3)):
            self.house.route()
        self.house.node.lost(customer, cause="silent")

    def control(self, dice: random.Random) -> None:
        """Passes, rings that are over, panels that come and go."""
        self.house.route()
        ringing = Offer.objects.filter(state=OfferState.RINGING).select_related("contact").first()
        if ringing is not None and dice.random() < 0.5:
            with call_work(ringing.contact.call_id):
                ringing.refresh_from_db()
                if ringing.state == OfferState.RINGING:
                    offers.ring_out(ringing, now=clock.now())

    def panel(self, dice: random.Random) -> None:
        agent = self._agent(dice.choice(PEOPLE))
        self.house.open_panel(agent, is_ready=dice.random() < 0.8)

    def window(self, dice: random.Random) -> None:
        """A second panel of somebody comes or goes, or the first one breaks off."""
        agent = self._agent(dice.choice(PEOPLE))
        if dice.random() < 0.5:
            self.house.open_panel(agent, key=self.second)
        else:
            self.house.close_panel(agent, dice.choice([self.second, self.house.panels[agent.pk]]))

    def _agent(self, name: str) -> Agent:
        """Their work ends by itself, for nobody is there to clear it in the end."""
        return self.house.agent(name, acw_seconds=RECOVERY)


def test_a_crowd_breaks_no_rule_and_nobody_is_stuck_r_21(house: House) -> None:
    """R-21 with threads: no deadlock, no double; the sweep alone lets go whoever is left."""
    update_instance(house.instance, missed_recovery_seconds=RECOVERY)
    for name in PEOPLE:
        house.available(house.agent(name))
    crowd = Crowd(house, steps=12)
    twice = [crowd.agent(name) for name in PEOPLE for _ in range(2)]

    callers = [crowd.caller, crowd.caller, crowd.vanishing]
    crowd.run(*twice, *callers, crowd.control, crowd.control, crowd.panel, crowd.window)

    assert crowd.failures == []
    going_on = Contact.objects.filter(disconnected_at=None)
    assert not going_on.exclude(pk__in=crowd.vanished).exists()
    for _ in range(UNTIL_IDLE // 10):
        house.skip(10)
    assert not Contact.objects.exclude(state=ContactState.COMPLETED).exists()
    assert not Offer.objects.exclude(state=OfferState.CLEARED).exists()
    for agent in map(house.agent, PEOPLE):
        house.available(agent)
        assert house.state(agent) == "available"
