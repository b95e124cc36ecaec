"""Who waits for whom on PostgreSQL: call, contact, queue, agent, panels, never the other way."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Model

from apps.agents.models import Agent, AgentStatus
from apps.agents.services.many_people import change_many
from apps.agents.services.people import (
    agent_of,
    give_routing_profile,
    set_person_active,
)
from apps.contacts.models import Call, Contact
from apps.contacts.services import availability, ending
from apps.contacts.services.dispatch import PASS_LOCK
from apps.contacts.services.rows import call_work, record
from apps.core import clock
from apps.instances.scope import instance_scope
from apps.routing.models import RoutingProfile
from apps.users.models import User
from tests.journeys.house import PEOPLE, House

pytestmark = pytest.mark.journey

PATIENCE = 60  # seconds; a bound for hangs, never a measure


class Other:
    """Another thread with a connection of its own, and how it ended."""

    def __init__(self, house: House, act: Callable[[], object]) -> None:
        self.house, self.act = house, act
        self.result: object = None
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            with instance_scope(self.house.instance):
                self.result = self.act()
        except BaseException as failure:
            self.failure = failure
        finally:
            connection.close()

    def until_it_waits(self) -> None:
        """Return when it stands before a lock that somebody holds."""
        deadline = time.monotonic() + PATIENCE
        while not _waiting():
            assert self.thread.is_alive(), self.failure
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def end(self) -> object:
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        assert self.failure is None, self.failure
        return self.result


def _waiting() -> bool:
    """In this database: another worker's tests wait for locks too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction looks only once
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def switch_off(user: User) -> None:
    set_person_active(user, is_active=False)


def give_other_profile(user: User) -> None:
    give_routing_profile(agent_id=agent_of(user).pk, routing_profile=RoutingProfile.objects.get())


def beside(house: House, act: Callable[[], object]) -> Other:
    """`act`, begun in another thread."""
    other = Other(house, act)
    other.thread.start()
    return other


@pytest.mark.parametrize("way", ["status", "clear"])
def test_whoever_clears_a_contact_takes_its_call_before_the_agent(house: House, way: str) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    ending.hang_up(contact=customer.contact)
    ways: dict[str, Callable[[], object]] = {
        "status": lambda: house.choose(ana, AgentStatus.Kind.OFFLINE),
        "clear": lambda: house.command(ana, "contact.clear", customer.contact),
    }
    with transaction.atomic():
        Call.objects.select_for_update(no_key=True).get()
        other = beside(house, ways[way])
        other.until_it_waits()

        assert Agent.objects.select_for_update(nowait=True).get(pk=ana.pk)
    other.end()

    assert availability.held_offer(ana) is None


def test_an_agent_whose_status_changes_during_the_wait_is_found_with_the_new_one(
    house: House,
) -> None:
    """PostgreSQL joins before it waits: a joined status would be missing afterwards."""
    ana = house.agent("ana")
    offline = AgentStatus.objects.get(kind=AgentStatus.Kind.OFFLINE)
    house.available(ana)

    def look() -> str:
        with transaction.atomic():
            return availability.locked_agent(ana.pk).status.kind

    with transaction.atomic():
        Agent.objects.filter(pk=ana.pk).update(status=offline)
        other = beside(house, look)
        other.until_it_waits()
    assert other.end() == AgentStatus.Kind.OFFLINE
    house.available(ana)


def is_free(row: Model) -> bool:
    """Whether nobody holds the row."""
    rows = type(row)._default_manager.select_for_update(nowait=True)
    try:
        with transaction.atomic():
            return rows.filter(pk=row.pk).exists()
    except OperationalError:
        return False


def test_a_pass_locks_contacts_and_then_agents_each_in_the_order_of_their_keys(
    house: House,
) -> None:
    """Neither by rank nor by who is free longest: others who need several would wait crosswise."""
    bob, ana = house.agent("bob"), house.agent("ana")
    for agent in (bob, ana):
        house.available(agent)
        house.time.shift(1)
    low, high = house.queued().contact, house.queued().contact
    Contact.objects.filter(pk=high.pk).update(priority=1)
    with transaction.atomic():
        Contact.objects.select_for_update(no_key=True).get(pk=low.pk)
        other = beside(house, house.route)
        other.until_it_waits()
        assert all(map(is_free, (high, ana, bob)))
    assert other.end() == 2


def test_a_pass_takes_no_agent_before_those_of_lower_keys(house: House) -> None:
    ana, bob, mia = (house.agent(name) for name in PEOPLE)
    for agent in (mia, bob, ana):
        house.available(agent)
        house.time.shift(1)
        house.queued()
    with transaction.atomic():
        Agent.objects.select_for_update(no_key=True).get(pk=ana.pk)
        other = beside(house, house.route)
        other.until_it_waits()
        assert is_free(mia) and is_free(bob)
    assert other.end() == 3


@pytest.mark.parametrize("change", [give_other_profile, switch_off])
def test_a_change_of_many_takes_no_agent_before_those_of_lower_keys(
    house: House, change: Callable[[User], None]
) -> None:
    """Whatever the order in which the list shows them."""
    ana, bob, mia = (house.agent(name) for name in PEOPLE)
    with transaction.atomic():
        Agent.objects.select_for_update(no_key=True).get(pk=ana.pk)
        other = beside(house, lambda: change_many([mia.user, bob.user, ana.user], change))
        other.until_it_waits()
        assert is_free(mia) and is_free(bob)
    other.end()


def test_whoever_switches_somebody_off_takes_the_agent_before_account_and_sessions(
    house: House,
) -> None:
    """An agent who goes offline ends sessions with the agent locked."""
    ana = house.agent("ana")
    with transaction.atomic():
        Agent.objects.select_for_update(no_key=True).get(pk=ana.pk)
        other = beside(house, lambda: switch_off(ana.user))
        other.until_it_waits()
        assert is_free(ana.user)
    other.end()


def test_a_pass_waits_for_the_pass_before_it_and_holds_nothing_while_it_waits(
    house: House,
) -> None:
    ana = house.agent("ana")
    house.available(ana)
    contact = house.reach("queued", ana).contact
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PASS_LOCK, house.instance.pk])
        other = beside(house, house.route)
        other.until_it_waits()

        assert Agent.objects.select_for_update(nowait=True).get(pk=ana.pk)
        assert Contact.objects.select_for_update(nowait=True).get(pk=contact.pk)

    assert other.end() == 1
    assert house.state(ana) == "incoming"


def test_a_new_call_does_not_wait_for_the_work_of_others(house: House) -> None:
    """Every new row refers to the instance: whoever counts its calls must not shut those out."""
    contact = house.queued().contact
    with call_work(contact.call_id):
        record(contact, "flow_log", at=clock.now())
        other = beside(house, house.arrive)

        assert other.end() is not None


def test_a_caller_who_leaves_during_a_claim_is_withdrawn_r_22(house: House) -> None:
    """R-22: the hang-up waits for the pass that holds the contact, and sees its offer."""
    ana = house.agent("ana")
    house.available(ana)
    contact = house.reach("queued", ana).contact
    with transaction.atomic():
        house.route()
        other = beside(house, lambda: ending.hang_up(contact=contact))
        other.until_it_waits()
    other.end()

    assert house.state(ana) == "available"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("lock_timeout", "10s"),
        ("statement_timeout", "1min"),
        ("idle_in_transaction_session_timeout", "8s"),
    ],
)
def test_what_hangs_gives_its_locks_back(house: House, setting: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")

        assert cursor.fetchone() == (value,)
