"""What the panel receives: numbered, whole, in the names of the embedding protocol."""

from typing import Any

import pytest

from apps.agents.models import AgentStatus
from apps.ccp.snapshot import agent_message, for_tab
from apps.contacts.models import Contact, ContactEvent
from apps.contacts.services import availability, ending
from apps.core import bus, clock
from tests.journeys.house import House

pytestmark = pytest.mark.journey

WIRE = {
    # moment: agent's state, its type, contact's state, the two connections' states
    "ringing": ("PendingBusy", "system", "connecting", ["connected"]),
    "accepted": ("Joining", "system", "connecting", ["connecting", "connecting"]),
    "agent_whisper": ("Joining", "system", "connecting", ["connecting", "connecting"]),
    "customer_whisper": ("Joining", "system", "connecting", ["connecting", "connecting"]),
    "talking": ("Busy", "system", "connected", ["connected", "connected"]),
    "hold": ("Busy", "system", "connected", ["connected", "hold"]),
}


def wire_of(message: dict[str, Any]) -> tuple[str, str, str, list[str]]:
    state, (contact,) = message["snapshot"]["state"], message["snapshot"]["contacts"]
    lines = [line["state"]["type"] for line in contact["connections"]]
    return state["name"], state["type"], contact["state"]["type"], lines


@pytest.mark.parametrize("moment", WIRE)
def test_each_moment_has_its_names_on_the_wire(house: House, moment: str) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.reach(moment, ana)

    assert wire_of(agent_message(ana.pk)) == WIRE[moment]


def test_ends_have_their_names_on_the_wire(house: House) -> None:
    ana, bob, mia = house.agent("ana"), house.agent("bob"), house.agent("mia")
    house.available(ana)
    ending.hang_up(contact=house.reach("talking", ana).contact)
    house.available(bob)
    customer = house.reach("ringing", bob)
    house.command(bob, "contact.reject", customer.contact)
    house.available(mia)
    house.route()
    house.command(mia, "contact.accept", customer.contact)
    house.wait(10)

    ended = ["disconnected", "disconnected"]
    assert wire_of(agent_message(ana.pk)) == ("AfterCallWork", "system", "ended", ended)
    assert wire_of(agent_message(bob.pk))[:3] == ("MissedCallAgent", "error", "missed")
    assert wire_of(agent_message(mia.pk))[:3] == ("FailedConnectAgent", "error", "error")


@pytest.mark.parametrize(
    ("kind", "wire"),
    [
        ("ROUTABLE", ("Available", "routable")),
        ("CUSTOM", ("Lunch", "not_routable")),
        ("OFFLINE", ("Offline", "offline")),
    ],
)
def test_an_idle_agents_state_is_the_status_chosen(
    house: House, kind: str, wire: tuple[str, str]
) -> None:
    ana = house.agent("ana")
    AgentStatus.objects.create(instance=house.instance, name="Lunch", kind="CUSTOM")
    house.open_panel(ana)
    house.choose(ana, kind)

    message = agent_message(ana.pk)

    assert (message["snapshot"]["state"]["name"], message["snapshot"]["state"]["type"]) == wire
    assert message["snapshot"]["contacts"] == []


def test_snapshots_are_numbered_without_a_gap(house: House) -> None:
    """Decision 7: a page that misses one sees it by the number."""
    ana = house.agent("ana", acw_seconds=5)
    heard: list[bus.Message] = []
    end = bus.subscribe(f"agent.{ana.pk}", heard.append)
    house.available(ana)
    customer, _own = house.talking(ana)
    house.command(ana, "connection.hold", customer.contact)
    house.command(ana, "connection.resume", customer.contact)
    house.command(ana, "contact.end", customer.contact)
    house.wait(5)
    end()

    numbers = [message["seq"] for message in heard]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    shown = [message["panel"]["activity"] for message in heard]
    changes = [b for a, b in zip([None, *shown], shown, strict=False) if a != b]
    assert changes == [
        "offline",
        "available",
        "incoming",
        "connecting",
        "connected",
        "hold",
        "connected",
        "acw",
        "available",
    ]


def test_only_the_tab_with_the_audio_is_told_to_bring_it_up(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.reach("accepted", ana)
    message = agent_message(ana.pk)

    tab = str(house.panels[ana.pk])
    mine = for_tab(message, key=tab, socket=tab)["panel"]
    others = for_tab(message, key="another", socket="another")["panel"]
    copy = for_tab(message, key=tab, socket="another")["panel"]

    assert mine["hasAudio"] and mine["media"]["generation"] == 1
    assert not others["hasAudio"] and others["media"] is None
    assert not copy["hasAudio"] and copy["media"] is None
    assert {"panels", "sockets"}.isdisjoint(for_tab(message, key=tab, socket=tab))


def test_the_configuration_is_the_same_from_every_machine_sr_003(house: House) -> None:
    """SR-003: it belongs to the platform and not to the agent's computer."""
    ana = house.agent("ana")
    house.open_panel(ana)
    here = agent_message(ana.pk)["configuration"]
    availability.panel_closed(agent_id=ana.pk, socket=house.panels.pop(ana.pk))
    house.open_panel(ana)

    assert agent_message(ana.pk)["configuration"] == here
    assert here["routingProfile"]["queues"][0]["name"] == "BasicQueue"
    assert here["softphoneEnabled"]


def test_the_history_of_a_call_is_complete_and_in_order(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    house.wait(2)
    house.command(ana, "contact.end", customer.contact)
    house.command(ana, "contact.clear", customer.contact)

    events = ContactEvent.objects.filter(contact=customer.contact).order_by("id")
    told = [event.kind for event in events if event.kind not in ("flow_started", "flow_ended")]
    assert told == [
        "initiated",
        "connected_to_system",
        "recording_set",
        "queue_set",
        "enqueued",
        "offered",
        "accepted",
        "connected_to_agent",
        "recording_started",
        "ended",
        "ended_by_agent",
        "cleared",
        "completed",
    ]
    contact = Contact.objects.get()
    times = [
        contact.initiated_at,
        contact.connected_to_system_at,
        contact.enqueued_at,
        contact.dequeued_at,
        contact.connected_to_agent_at,
        contact.disconnected_at,
        contact.completed_at,
    ]
    assert None not in times
    assert times == sorted(times, key=str)


def test_a_late_event_does_not_turn_the_history_back(house: House) -> None:
    """Decision 12: the node kept the event while the database was away."""
    ana = house.agent("ana")
    house.available(ana)
    house.reach("customer_whisper", ana)
    customer = Contact.objects.get().connections.get(kind="customer")
    house.time.shift(-30)
    earlier = clock.now()
    house.time.shift(30)

    house.node.played(customer, occurred_at=earlier)

    contact = Contact.objects.get()
    assert contact.connected_to_agent_at == clock.now()


def test_the_callers_page_is_told_each_turn(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.arrive()
    heard: list[bus.Message] = []
    end = bus.subscribe(f"customer.{customer.public_id}", heard.append)
    house.node.connected(customer)
    house.node.played(customer)
    house.route()
    house.command(ana, "contact.accept", customer.contact)
    house.node.connected(house.line(ana))
    house.node.played(house.line(ana))
    house.node.played(customer)
    house.command(ana, "connection.hold", customer.contact)
    house.command(ana, "connection.resume", customer.contact)
    house.command(ana, "contact.end", customer.contact)
    end()

    assert [(m["state"], m["cause"]) for m in heard] == [
        ("ringing", None),
        ("connected", None),
        ("hold", None),
        ("connected", None),
        ("ended", "ended_by_agent"),
    ]
