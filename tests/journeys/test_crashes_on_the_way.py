"""A process dies at any write on the way to a talk, and in it: the call goes on and ends well."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from apps.agents.models import Agent
from apps.contacts.domain.states import OfferState
from apps.contacts.models import Connection, Contact
from apps.contacts.services import availability, flow_runs
from apps.contacts.services.playing import ASSET_WITHIN
from apps.voice.services import media_events
from tests.journeys.house import House
from tests.journeys.invariants import quick_checks
from tests.journeys.test_crashes import (
    again,
    agent_clears,
    agent_ends,
    dying,
    is_closed_once,
    look_after,
)

pytestmark = pytest.mark.journey

Doing = Callable[[], object]
OTHER = UUID(int=1)  # the key of a second tab


@dataclass(frozen=True)
class Act:
    """Begun at a moment of the call; `fact` is what the history says of it, once."""

    moment: str
    begin: Callable[[House, Agent, Connection], Doing]
    fact: str = ""

    def is_told(self, contact: Contact) -> bool:
        """Also by the sweep, for one who died."""
        return contact.events.filter(kind=self.fact).exists()


def commanded(name: str) -> Callable[[House, Agent, Connection], Doing]:
    return lambda house, agent, customer: partial(house.command, agent, name, customer.contact)


def said(say: Doing) -> Doing:
    """What the node says, to be heard as often as it is called: it repeats what nobody took."""
    words: list[Doing] = []
    hear = media_events.handle

    def note(*event: Any, **by: Any) -> None:
        words.append(partial(hear, *event, **by))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(media_events, "handle", note)
        say()
    return words[0]


def heard_by_caller(house: House, _agent: Agent, customer: Connection) -> Doing:
    return said(partial(house.node.played, customer))


def heard_by_agent(house: House, agent: Agent, _customer: Connection) -> Doing:
    return said(partial(house.node.played, house.line(agent)))


def agent_audio(house: House, agent: Agent, _customer: Connection) -> Doing:
    return said(partial(house.node.connected, house.line(agent)))


def page_comes_back(house: House, agent: Agent, _customer: Connection) -> Doing:
    house.close_panel(agent, house.panels[agent.pk])
    return partial(house.open_panel, agent)


def other_tab_takes_audio(house: House, agent: Agent, _customer: Connection) -> Doing:
    house.open_panel(agent, key=OTHER)
    return partial(availability.audio_taken, agent_id=agent.pk, key=OTHER)


ACTS = {
    "enqueue": Act("in_flow", heard_by_caller, "enqueued"),
    "claim": Act("queued", lambda house, *_: house.route, "offered"),
    "accept": Act("ringing", commanded("contact.accept"), "accepted"),
    "reject": Act("ringing", commanded("contact.reject"), "rejected"),
    "audio": Act("accepted", agent_audio),
    "whisper": Act("agent_whisper", heard_by_agent),
    "join": Act("customer_whisper", heard_by_caller, "connected_to_agent"),
    "hold": Act("talking", commanded("connection.hold"), "hold"),
    "resume": Act("hold", commanded("connection.resume"), "resume"),
    "hello": Act("talking", page_comes_back),
    "take_audio": Act("talking", other_tab_takes_audio),
    "offline": Act("in_flow", lambda house, agent, _: partial(house.choose, agent, "OFFLINE")),
    "next_status": Act("talking", lambda house, agent, _: partial(house.choose, agent, "OFFLINE")),
}

# They write as one of the others does; `make test-long` lets them die too.
AS_OTHERS = {"reject", "whisper", "resume", "take_audio", "next_status"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.long if name in AS_OTHERS else ()) for name in ACTS],
)
def test_a_crash_at_any_write_of_an_act_leaves_a_call_that_ends_well_r_08(
    house: House, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """R-08, R-21: who was not answered asks again, and meets one who dies a write later.

    What died before its commit did nothing, so the same call goes on to the next death.
    """
    act, ana = ACTS[name], house.agent("ana")
    deaths, is_dead = count(), True
    while is_dead:
        house.available(ana)
        customer = house.reach(act.moment, ana)
        do, is_told = act.begin(house, ana, customer), partial(act.is_told, customer.contact)
        is_dead = until_done(house, monkeypatch, do, is_told, deaths)
        again(do)

        carry_to_its_end(house, ana, customer)
        is_closed_once(house, ana, customer.contact, also=act.fact)

    assert next(deaths) > 2


def until_done(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    do: Doing,
    is_told: Callable[[], bool],
    deaths: Iterator[int],
) -> bool:
    """One after the other tries, each dies a write later; whether the one who did it died too."""
    for at in deaths:
        with dying(monkeypatch, at=at) as death:
            do()
        look_after(house)
        assert not quick_checks().breaches(house.node)
        if not death.struck or death.is_committed or is_told():
            return death.struck
    raise AssertionError


def carry_to_its_end(house: House, agent: Agent, customer: Connection) -> None:
    """Everybody does what is to be done until they talk; then the agent ends and clears."""
    house.available(agent)
    while (offer := availability.held_offer(agent)) is None or offer.state != OfferState.CONNECTED:
        next_step(house, agent, customer)
    agent_ends(house, agent, customer)
    agent_clears(house, agent, customer)


def next_step(house: House, agent: Agent, customer: Connection) -> None:
    offer = availability.held_offer(agent)
    line = offer.connection if offer is not None else None
    if Contact.objects.get(pk=customer.contact_id).state == "in_flow":
        house.node.played(customer)
    elif offer is None:
        assert house.route() == 1
    elif line is None:
        house.command(agent, "contact.accept", customer.contact)
    elif line.state == "connecting":
        house.node.connected(line)
    else:
        whisper_ends(house, line if flow_runs.running_run(line) else customer)


def whisper_ends(house: House, listener: Connection) -> None:
    """Played to the end; where the process died that was to speak it, it is given up."""
    if house.node.heard_by(listener):
        house.node.played(listener)
    else:
        house.wait(ASSET_WITHIN.total_seconds())
