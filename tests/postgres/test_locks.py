"""Who waits for whom on PostgreSQL: call, contact, queue, agent, panels, never the other way."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from apps.agents.models import Agent, AgentStatus
from apps.contacts.models import Call, Contact
from apps.contacts.services import availability, ending
from apps.contacts.services.dispatch import PASS_LOCK
from apps.contacts.services.rows import call_work, record
from apps.core import clock
from apps.instances.scope import instance_scope
from tests.journeys.house import House

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
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


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
