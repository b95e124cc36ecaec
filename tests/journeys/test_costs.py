"""What the hot services cost: statements, and messages to the media node."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agents.models import Agent, AgentStatus
from apps.agents.services.people import create_agent
from apps.agents.services.statuses import create_status
from apps.ccp.snapshot import agent_message
from apps.contacts.models import Call
from apps.contacts.services import availability
from apps.core import bus
from apps.routing.models import RoutingProfile
from tests.journeys.house import House
from tests.people import user_with

pytestmark = pytest.mark.journey


def statements(act: Callable[[], object]) -> int:
    """SQL statements, those that begin and end transactions not counted."""
    with CaptureQueriesContext(connection) as captured:
        act()
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not each["sql"].startswith(frame) for each in captured.captured_queries)


def told(act: Callable[[], object]) -> int:
    """Messages to the media node."""
    messages: list[bus.Message] = []
    end = bus.subscribe("media.embedded", messages.append)
    act()
    end()
    return len(messages)


def hire(house: House, count: int) -> list[Agent]:
    profile = RoutingProfile.objects.get()
    people = [user_with(house.instance, f"agent{n}", "Agent") for n in range(count)]
    return [create_agent(user=person, routing_profile=profile) for person in people]


def test_an_accept_takes_few_statements(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing", ana)

    assert statements(lambda: house.command(ana, "contact.accept", customer.contact)) <= 27


def test_a_snapshot_reads_each_kind_of_row_once(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.talking(ana)
    few = statements(lambda: agent_message(ana.pk))
    for n in range(5):
        AgentStatus.objects.create(instance=house.instance, name=f"S{n}", kind="CUSTOM")

    assert statements(lambda: agent_message(ana.pk)) == few <= 7


def test_a_routing_pass_costs_the_same_for_any_number_of_agents(house: House) -> None:
    house.queued()
    house.available(house.agent("ana"))
    few = statements(house.route)
    house.queued()
    for agent in hire(house, 8):
        house.available(agent)

    assert statements(house.route) == few


def test_a_new_status_costs_the_same_for_any_number_of_open_panels(house: House) -> None:
    def made(name: str) -> int:
        return statements(lambda: create_status(instance=house.instance, name=name))

    house.open_panel(house.agent("ana"))
    made("Coffee")  # the first of a process looks up more
    few = made("Lunch")
    for agent in hire(house, 5):
        house.open_panel(agent)

    assert made("Training") == few


def test_a_pass_without_work_is_cheap(house: House) -> None:
    house.available(house.agent("ana"))

    assert statements(house.route) <= 4


def test_a_pass_offers_all_that_fits(house: House) -> None:
    agents = hire(house, 3)
    for agent in agents:
        house.available(agent)
    for _ in range(4):
        house.queued()

    assert house.route() == 3
    assert {house.state(agent) for agent in agents} == {"incoming"}


def test_a_step_of_a_flow_reads_its_version_once(house: House) -> None:
    customer = house.call()
    with CaptureQueriesContext(connection) as captured:
        house.node.played(customer)

    reads = [q for q in captured.captured_queries if "flows_flowversion" in q["sql"]]
    assert len(reads) <= 5  # the end of one run, the begin of the next


def test_an_offer_does_not_touch_the_audio(house: House) -> None:
    house.queued()
    house.available(house.agent("ana"))

    assert told(house.route) == 0


@pytest.mark.parametrize("name", ["contact.reject", "contact.accept"])
def test_the_node_is_told_only_what_changes_the_audio(house: House, name: str) -> None:
    """A rejected ring changes nothing for the caller; an accepted one brings a leg."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing", ana)

    messages = told(lambda: house.command(ana, name, customer.contact))

    assert messages == {"contact.reject": 0, "contact.accept": 1}[name]


def test_the_same_key_is_not_a_new_state_of_the_call(house: House) -> None:
    customer = house.queued()
    version = Call.objects.get().version

    house.node.pressed(customer, "5")

    assert Call.objects.get().version == version


def test_an_idle_agents_clicks_tell_the_node_nothing(house: House) -> None:
    ana = house.agent("ana")
    house.open_panel(ana)

    assert told(lambda: house.available(ana)) == 0
    availability.panel_closed(agent_id=ana.pk, socket=house.panels[ana.pk])


def test_a_quiet_sweep_is_cheap(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.talking(ana)
    house.sweep()

    assert statements(house.sweep) <= 10  # one for each kind of deadline
