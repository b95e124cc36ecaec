"""The statements of a working day read the rows of today, however long the history is.

Asked on SQLite, where nobody has ever run ANALYZE: statistics may help, and nothing may need them.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from apps.agents.models import Agent
from apps.alarms import checks
from apps.ccp.snapshot import agent_message
from apps.contacts.models import Contact, ContactEvent, Offer
from apps.contacts.services import availability
from apps.contacts.services.explaining import why_waiting
from apps.core import clock
from apps.instances.scope import unscoped
from apps.voice.control import Control
from tests.journeys.house import House

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has statistics"),
]

# Rows that pile up with every call, click and sign-in; of others there are as many as people made.
GROWING = [
    apps.get_model(label)
    for label in (
        "contacts.Call",
        "contacts.Contact",
        "contacts.Connection",
        "contacts.Offer",
        "contacts.FlowRun",
        "contacts.ContactEvent",
        "recordings.Recording",
        "agents.AgentStatusChange",
        "audit.AuditEntry",
        "users.SignIn",
    )
]
TABLES = {model._meta.db_table for model in GROWING}
# What outlives a call, and so has a history of its own: the tenant, agents, queues, flows.
OUTLIVING = {
    field.column
    for model in GROWING
    for field in model._meta.concrete_fields
    if field.related_model not in (None, *GROWING)
    and field.name != "waiting_asset"  # emptied when the wait is over
}
STEP = re.compile(r"(?:SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX (\w+))?(?:.*\((.*)\))?")


class Planner:
    """Asks SQLite how it would carry out each statement that is executed while it listens."""

    def __init__(self) -> None:
        self.faults: set[str] = set()
        self._partial = set(_names("SELECT name FROM sqlite_master WHERE sql LIKE '% WHERE %'"))

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            self._look(sql.replace("%s", "?").replace("%%", "%"), params or ())
        return execute(sql, params, *rest)

    def _look(self, sql: str, params: Any) -> None:
        for *_ids, step in connection.connection.execute(f"EXPLAIN QUERY PLAN {sql}", params):
            if self._reads_history(step, sql):
                self.faults.add(f"{step}: {sql}")

    def _reads_history(self, step: str, sql: str) -> bool:
        """Whether rows of a growing table are found by nothing, or by what outlives a call."""
        found = STEP.match(step)
        if found is None or _table(found[1], sql) not in TABLES or found[2] in self._partial:
            return False
        by = set(re.findall(r"(\w+)[=<>]", found[3] or ""))
        return not by - OUTLIVING


def _names(sql: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from (name for (name,) in cursor.fetchall())


def _table(name: str, sql: str) -> str:
    """The table behind an alias."""
    before = re.findall(rf'(\w+)"? (?:AS )?"?{name}\b', sql)
    return next((table for table in before if table in TABLES), name)


def faults(act: Callable[[], object]) -> set[str]:
    planner = Planner()
    with connection.execute_wrapper(planner):
        act()
    return planner.faults


def whole_call(house: House, ana: Agent) -> None:
    """A talk with hold and after contact work."""
    customer, own = house.talking(ana)
    for name in ("hold", "resume"):
        house.command(ana, f"connection.{name}", customer.contact)
    house.node.lost(own)
    house.node.connected(own)
    house.command(ana, "contact.end", customer.contact)
    house.command(ana, "contact.clear", customer.contact)


def missed_calls(house: House, ana: Agent) -> None:
    """One that is rejected, one that rings out, one whose caller gets lost in the queue."""
    customer = house.queued()
    house.route()
    house.command(ana, "contact.reject", customer.contact)
    house.command(ana, "contact.become_available", customer.contact)
    house.route()
    house.wait(house.instance.ring_seconds)
    house.node.lost(customer)
    house.wait(12)


def statuses(house: House, ana: Agent) -> None:
    house.choose(ana, "OFFLINE")
    house.available(ana)
    agent_message(ana.pk)
    availability.panel_closed(agent_id=ana.pk, socket=house.panels[ana.pk])


def sweeps(house: House, ana: Agent) -> None:
    """As control sweeps, with somebody who talks and somebody who waits."""
    house.talking(ana)
    house.queued()
    control = Control()
    for _ in range(2):
        control._sweep()
    control.stop()


def passes(house: House, _ana: Agent) -> None:
    house.route()
    customer = house.queued()
    house.route()
    why_waiting(Contact.objects.get(pk=house.queued().contact_id), now=clock.now())
    house.node.lost(customer)


@pytest.mark.parametrize("act", [whole_call, missed_calls, statuses, sweeps, passes])
def test_nothing_that_is_done_all_day_reads_the_history(
    house: House, act: Callable[[House, Agent], None]
) -> None:
    ana = house.agent("ana")
    house.available(ana)

    assert not faults(lambda: act(house, ana))


def test_the_watch_looks_at_what_goes_on(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.talking(ana)
    quick = [check for check in checks.registered() if not check.is_thorough]

    with unscoped("as the watch looks"):
        assert not faults(lambda: [list(check.find()) for check in quick])


@pytest.mark.parametrize(
    "ask",
    [
        lambda _ana: Offer.objects.filter(state="ringing"),
        lambda ana: Offer.objects.filter(agent=ana),
        lambda _ana: Contact.objects.filter(events=None),
        lambda _ana: ContactEvent.objects.filter(contact__in=Contact.objects.all()),
    ],
)
def test_who_reads_the_history_is_found_out(house: House, ask: Callable[[Agent], Any]) -> None:
    ana = house.agent("ana")

    assert faults(lambda: list(ask(ana)))


def test_no_statistics_help(house: House) -> None:
    assert not list(_names("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'"))
