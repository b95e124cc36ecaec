"""That control was away is forgiven in deadlines; that it is slow is not (decision 6)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from apps.agents.models import Agent, Panel
from apps.agents.services.leases import LEASE_LASTS
from apps.contacts.domain.states import ConnectionKind, ConnectionState
from apps.contacts.models import Connection, SweepMark
from apps.contacts.services import sweep
from apps.contacts.services.routing import route
from apps.contacts.services.sweep import Sweeper
from apps.core import clock
from apps.voice.control import Control
from tests.journeys.house import House

pytestmark = pytest.mark.journey

REST, WORK, AWAY = 1, 3, 60  # seconds


@pytest.fixture
def ringing(house: House, ana: Agent) -> Agent:
    """An agent at whom a call rings, just swept: whose caller waits, so each sweep has a pass."""
    house.available(ana)
    house.reach("ringing", ana)
    house.sweep()
    return ana


@pytest.fixture
def control(house: House) -> Iterator[Control]:
    """Control without its thread, that has just swept."""
    made = Control()
    made._sweep_if_leading()
    yield made
    made.stop()


def takes_long(house: House, act: Callable[..., Any], seconds: float = WORK) -> Callable[..., Any]:
    def slow(*args: Any) -> Any:
        house.time.shift(seconds)
        return act(*args)

    return slow


@pytest.fixture
def slow_sweeps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is at work for longer than a gap."""
    monkeypatch.setattr(sweep, "route", takes_long(house, route))


def repeat(act: Callable[[], None], house: House, *, for_seconds: float) -> None:
    """Rest and act, until one that began after that time has ended."""
    end = clock.now() + timedelta(seconds=for_seconds)
    began = clock.now()
    while began < end:
        house.time.shift(REST)
        began = clock.now()
        act()


@pytest.mark.usefixtures("slow_sweeps")
def test_a_ring_is_over_in_time_however_slow_the_sweeps_are(house: House, ringing: Agent) -> None:
    repeat(house.sweep, house, for_seconds=house.instance.ring_seconds)

    assert house.state(ringing) == "missed"


@pytest.mark.usefixtures("slow_sweeps", "ringing")
def test_a_lost_caller_is_given_up_in_time_however_slow_the_sweeps_are(
    house: House,
) -> None:
    caller = Connection.objects.get(kind=ConnectionKind.CUSTOMER)
    house.node.lost(caller)
    repeat(house.sweep, house, for_seconds=10)

    caller.refresh_from_db()
    assert caller.state == ConnectionState.DISCONNECTED


@pytest.mark.usefixtures("slow_sweeps", "ringing")
def test_panels_of_a_dead_process_are_closed_however_slow_the_sweeps_are_r_20(
    house: House,
) -> None:
    repeat(house.sweeper.run, house, for_seconds=LEASE_LASTS.total_seconds())

    assert not Panel.objects.exists()


@pytest.mark.usefixtures("slow_sweeps")
def test_an_absence_is_forgiven_in_full_after_a_slow_sweep_too(
    house: House, ringing: Agent
) -> None:
    house.sweep()
    before = house.offer(ringing).due_at

    house.time.shift(AWAY)
    house.sweep()

    after = house.offer(ringing).due_at
    assert before is not None and after is not None
    assert (after - before).total_seconds() == AWAY


def test_who_takes_over_during_a_slow_sweep_sees_no_gap(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    agents = [house.agent(name) for name in ("ana", "bob", "mia")]
    for agent in agents:
        house.available(agent)
        house.reach("ringing", agent)
    house.sweep()
    ages: list[float] = []

    def work_off(_offer: int) -> None:
        house.time.shift(1.5)
        ages.append((clock.now() - SweepMark.objects.get().swept_at).total_seconds())

    monkeypatch.setattr(sweep, "offer_due", work_off)
    house.skip(house.instance.ring_seconds)

    assert ages == [1.5, 1.5, 1.5]


def test_passes_that_take_long_are_no_absence(
    house: House, ringing: Agent, control: Control
) -> None:
    for _ in range(house.instance.ring_seconds // WORK + 1):
        house.time.shift(WORK)
        control._sweep_if_leading()

    assert house.state(ringing) == "missed"


def test_a_rest_that_was_much_longer_than_meant_is_an_absence(
    house: House, ringing: Agent, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process was stopped, or the machine asleep."""
    monkeypatch.setattr(control, "_wanted_until", takes_long(house, lambda _at: [], AWAY))

    control._rest_until(0.0)
    control._sweep_if_leading()

    assert house.state(ringing) == "incoming"


def test_sweeps_that_fail_are_an_absence(
    house: House, ringing: Agent, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away, and with it everybody's answer."""

    def away(_sweeper: Sweeper, **_given: bool) -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(Sweeper, "run", away)
        for _ in range(AWAY):
            house.time.shift(REST)
            control._guarded(control._sweep_if_leading)
    control._sweep_if_leading()

    assert house.state(ringing) == "incoming"


def test_who_did_not_lead_was_away(
    house: House, ringing: Agent, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leadership: nobody swept until it came back, so nobody could be blamed."""
    with monkeypatch.context() as patch:
        patch.setattr(control._leadership, "is_held", lambda: False)
        house.time.shift(AWAY)
        control._sweep_if_leading()
    control._sweep_if_leading()

    assert house.state(ringing) == "incoming"
