"""Control dies at any write of the end of a call: one final record, once, and nobody stuck."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from django.db import connection as database

from apps.agents.models import Agent
from apps.contacts.models import Connection, Contact
from apps.contacts.services import ending
from apps.contacts.services.record import contact_record
from apps.contacts.services.sweep import calls_behind
from apps.core import bus
from apps.core.errors import DomainError
from apps.voice.services.desired import send
from tests.journeys.house import House
from tests.journeys.invariants import quick_checks

pytestmark = pytest.mark.journey

WRITES = ("INSERT", "UPDATE", "DELETE")
FINAL = ("ended", "completed")  # facts that a contact may have once


class Killed(BaseException):
    """The process is gone: nothing that it would do afterwards is done."""


class Death:
    """Comes at the n-th write or message of the block; `struck` tells whether it came."""

    def __init__(self, at: int) -> None:
        self._left = at
        self.struck = self.is_committed = False

    def step(self) -> None:
        if self._left == 0:
            self.struck = True
            raise Killed
        self._left -= 1

    def statement(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.lstrip().startswith(WRITES):
            self.step()
        return execute(sql, *rest)

    def committing(self, commit: Callable[[], None]) -> None:
        """What is done from here on, by jobs that begin at once too, comes after it."""
        commit()
        self.is_committed = True

    def message(self, topic: str, message: bus.Message) -> None:
        """Nobody hears anything of a process once it is dead."""
        if not self.struck:
            self.struck, self._left = self._left == 0, self._left - 1
        if not self.struck:
            bus_send(topic, message)


bus_send = bus.publish_now


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, *, at: int) -> Iterator[Death]:
    death = Death(at)
    with monkeypatch.context() as patch, database.execute_wrapper(death.statement):
        patch.setattr(bus, "publish_now", death.message)
        patch.setattr(database, "commit", partial(death.committing, database.commit))
        with suppress(Killed):
            yield death


def caller_hangs_up(house: House, agent: Agent, customer: Connection) -> None:
    del house, agent
    ending.hang_up(contact=customer.contact)


def agent_ends(house: House, agent: Agent, customer: Connection) -> None:
    house.command(agent, "contact.end", customer.contact)


def agent_clears(house: House, agent: Agent, customer: Connection) -> None:
    house.command(agent, "contact.clear", customer.contact)


def sweep(house: House, agent: Agent, customer: Connection) -> None:
    del agent, customer
    house.sweep()


@pytest.mark.parametrize(
    ("dies_in", "end"),
    [
        ("end", caller_hangs_up),
        ("end", agent_ends),
        ("sweep", agent_ends),
        ("clear", caller_hangs_up),
    ],
)
def test_a_crash_at_any_write_of_the_end_leaves_one_final_record_r_08(
    house: House, monkeypatch: pytest.MonkeyPatch, dies_in: str, end: Callable[..., None]
) -> None:
    """R-08: who was not answered asks again, as pages do; everything else is found in the rows."""
    ana = house.agent("ana")
    house.available(ana)
    deaths = 0
    while True:
        customer, _own = house.talking(ana)
        house.wait(4)
        steps = {"end": end, "sweep": sweep, "clear": agent_clears}
        struck = False
        for name, step in steps.items():
            if name == dies_in:
                with dying(monkeypatch, at=deaths) as death:
                    step(house, ana, customer)
                struck = death.struck
                look_after(house)
            again(step, house, ana, customer)
        is_closed_once(house, ana, customer.contact)
        deaths += struck
        if not struck:
            break

    assert deaths > {"end": 5, "sweep": 0, "clear": 5}[dies_in]


def look_after(house: House) -> None:
    """What the next control does in its first second."""
    house.sweep()
    for call in calls_behind():
        send(call)


def again(step: Callable[..., object], *facts: Any) -> None:
    """A step that was done already says so."""
    try:
        step(*facts)
    except DomainError as error:
        assert error.code in ("OFFER_GONE", "INVALID_STATE")


def is_closed_once(house: House, agent: Agent, contact: Contact, *, also: str = "") -> None:
    contact.refresh_from_db()
    assert contact.state == "completed"
    kinds = list(contact.events.values_list("kind", flat=True))
    once = [*FINAL, also] if also else FINAL
    assert [kinds.count(kind) for kind in once] == [1] * len(once), kinds
    record = contact_record(contact)
    house.wait(4)
    contact.refresh_from_db()
    assert contact_record(contact) == record
    assert record["DisconnectReason"] in ("CUSTOMER_DISCONNECT", "AGENT_DISCONNECT")
    assert house.state(agent) == "available"
    assert not quick_checks().breaches(house.node)
