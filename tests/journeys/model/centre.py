"""The machine of the model: whatever may happen in a contact centre, in any order (R-21)."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from apps.agents.models import Agent
from apps.agents.services.statuses import create_status
from apps.ccp.facts import facts_of
from apps.contacts.domain.permitted import permitted
from apps.contacts.domain.states import ConnectionKind, ConnectionState
from apps.contacts.models import Call, Connection, Contact
from apps.contacts.services import availability, ending, nodes
from apps.contacts.services.recovery import move_calls
from apps.core import clock
from apps.core.errors import DomainError
from apps.instances.services.instances import update_instance
from apps.routing.models import RoutingProfileQueue
from apps.voice.services.signalling import agent_leg, caller_leg
from tests.journeys.house import PEOPLE, House, open_house
from tests.journeys.invariants import quick_checks
from tests.journeys.model.courier import courier
from tests.journeys.model.present import present
from tests.journeys.model.progress import at_work, ending_runs, goes_on, live_contacts, live_lines
from tests.journeys.model.seen import Seen
from tests.journeys.test_crashes import dying, look_after

COMMANDS = (
    "contact.accept",
    "contact.reject",
    "contact.end",
    "contact.clear",
    "contact.become_available",
    "connection.hold",
    "connection.resume",
    "connection.mute",
    "connection.unmute",
)
CAUSES = ("closed", "silent", "not_connected")
CALLS_AT_ONCE = 3
WHOLE_WAY = 11  # steps of a call with which all goes well, a hold and its end included
LONGEST_WORK = 20  # seconds
# lost agent + two whispers + media that must come up + after contact work + ring time
SUM_OF_TIMERS = 30 + 2 * 120 + 10 + LONGEST_WORK + 20
names, places, steps = st.sampled_from(PEOPLE), st.integers(0, 5), st.integers(0, WHOLE_WAY)


class CallCentre(RuleBasedStateMachine):
    """Three agents, a few callers, a media node, and time."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self.seen = seen
        self.happened: set[str] = set()
        self.stack = ExitStack()
        self.house: House = self.stack.enter_context(open_house())
        self.checks = quick_checks()
        self.whole: object = None  # when no rule was broken last
        self.courier = self.stack.enter_context(courier())
        self.others: dict[int, UUID] = {}
        create_status(instance=self.house.instance, name="Break")
        for name in PEOPLE:
            self.house.available(self._agent(name))

    def teardown(self) -> None:
        try:
            self._everybody_goes_home()
            self.seen.life(self.happened)
        finally:
            self.stack.close()

    # Callers

    @initialize(ways=st.lists(steps, min_size=1, max_size=CALLS_AT_ONCE))
    def some_have_called(self, ways: list[int]) -> None:
        for way in ways:
            self._goes_well(self.house.arrive().contact, way)

    @precondition(lambda self: Call.objects.filter(ended_at=None).count() < CALLS_AT_ONCE)
    @rule(way=steps)
    def somebody_calls(self, way: int) -> None:
        self._goes_well(self.house.arrive().contact, way)

    @rule(place=places, way=steps)
    def a_call_goes_well(self, place: int, way: int) -> None:
        if contacts := live_contacts():
            self._goes_well(contacts[place % len(contacts)], way)

    @rule(place=places)
    def a_caller_hangs_up(self, place: int) -> None:
        if contacts := live_contacts():
            ending.hang_up(contact=contacts[place % len(contacts)])

    # Media

    @rule(place=places)
    def audio_comes_up(self, place: int) -> None:
        if (line := self._line(place)) is not None:
            self.house.node.connected(line)

    @rule(place=places, cause=st.sampled_from(CAUSES))
    def audio_is_lost(self, place: int, cause: str) -> None:
        if (line := self._line(place)) is not None:
            self.house.node.lost(line, cause=cause)

    @rule(place=places)
    def a_list_has_been_played(self, place: int) -> None:
        if runs := ending_runs():
            self.house.node.played(runs[place % len(runs)].connection)

    @rule(place=places, digit=st.sampled_from("19#*"))
    def a_key_is_pressed(self, place: int, digit: str) -> None:
        if (line := self._line(place)) is not None:
            self.house.node.pressed(line, digit)

    @rule(place=places)
    def an_event_comes_again(self, place: int) -> None:
        self.courier.says_again(place)

    @rule(place=places, what=st.sampled_from(["connected", "lost"]), way=st.integers(1, 3))
    def an_event_is_overtaken(self, place: int, what: str, way: int) -> None:
        """Whatever is said of the call meanwhile comes first."""
        if (line := self._line(place)) is not None:
            with self.courier.slow():
                getattr(self.house.node, what)(line)
            self._goes_well(line.contact, way)
            self.courier.deliver()
            self.happened.add("overtaken")

    @rule(is_paused=st.booleans())
    def the_media_node_is_gone_for_a_while(self, is_paused: bool) -> None:
        """R-02: killed and started anew, or paused until it was given up."""
        node = self.house.node
        if is_paused:
            nodes.lost(node.slot, now=clock.now())
            move_calls()
            node.beat()
        else:
            node.boot()
        move_calls()

    # Agents

    @rule(name=names, place=places)
    def an_agent_clicks(self, name: str, place: int) -> None:
        """One of the buttons that are there."""
        agent = self._agent(name)
        if buttons := permitted(facts_of(agent).situation):
            self._clicks(agent, buttons[place % len(buttons)])

    @rule(name=names, command=st.sampled_from(COMMANDS), place=places)
    def a_page_behind_the_times_asks(self, name: str, command: str, place: int) -> None:
        """For anything, and of any contact there has been."""
        contacts = Contact.objects.order_by("-pk")
        if contacts:
            with suppress(DomainError):
                self.house.command(self._agent(name), command, contacts[place % len(contacts)])

    @rule(name=names)
    def an_agent_is_ready_again(self, name: str) -> None:
        self.house.available(self._agent(name))

    @rule(name=names, kind=st.sampled_from(["ROUTABLE", "CUSTOM", "OFFLINE"]))
    def an_agent_chooses(self, name: str, kind: str) -> None:
        with suppress(DomainError):
            self.house.choose(self._agent(name), kind)

    @rule(name=names, is_ready=st.booleans())
    def a_panel_says_hello(self, name: str, is_ready: bool) -> None:
        agent = self._agent(name)
        self.house.open_panel(agent, is_ready=is_ready)

    @rule(name=names)
    def a_panel_closes(self, name: str) -> None:
        agent = self._agent(name)
        availability.panel_closed(agent_id=agent.pk, socket=self.house.panels[agent.pk])

    @rule(name=names, act=st.sampled_from(["opens", "takes the audio", "closes"]))
    def another_window(self, name: str, act: str) -> None:
        agent = self._agent(name)
        key = self.others.setdefault(agent.pk, uuid4())
        if act == "opens":
            self.house.open_panel(agent, key=key)
        elif act == "closes":
            self.house.close_panel(agent, key)
        else:
            with suppress(DomainError):
                availability.audio_taken(agent_id=agent.pk, key=key)

    @rule(name=names)
    def a_page_offers_audio(self, name: str) -> None:
        agent = self._agent(name)
        held = availability.held_offer(agent)
        if held is not None and held.connection is not None:
            line = held.connection
            with suppress(DomainError):
                agent_leg(agent=agent, connection_id=line.public_id, generation=line.generation)

    @rule(place=places)
    def a_callers_page_offers_audio(self, place: int) -> None:
        callers = Connection.objects.filter(kind=ConnectionKind.CUSTOMER)
        if line := callers.exclude(state=ConnectionState.DISCONNECTED)[place : place + 1].first():
            with suppress(DomainError):
                caller_leg(connection_id=line.pk, generation=line.generation, socket=uuid4())

    @rule(name=names, wants=st.booleans())
    def an_agent_wants_no_button(self, name: str, wants: bool) -> None:
        Agent.objects.filter(pk=self.house.people[name]).update(auto_accept=wants)

    # Administrators

    @rule(priority=st.integers(1, 3), delay=st.sampled_from([0, 5, 30]))
    def a_profile_is_changed(self, priority: int, delay: int) -> None:
        RoutingProfileQueue.objects.update(priority=priority, delay_seconds=delay)

    @rule(missed=st.sampled_from([0, 15]), gone=st.sampled_from([0, 1]))
    def the_instance_is_set_up_anew(self, missed: int, gone: int) -> None:
        update_instance(
            self.house.instance, missed_recovery_seconds=missed, gone_offline_minutes=gone
        )

    # Control

    @rule(at=st.integers(0, 15), act=st.sampled_from(["route", "sweep"]))
    def control_dies_at_a_write_and_is_started_anew(self, at: int, act: str) -> None:
        self._dies(at, getattr(self.house, act))

    @rule(at=st.integers(0, 15), place=places)
    def the_next_step_of_a_call_dies_at_a_write(self, at: int, place: int) -> None:
        if contacts := live_contacts():
            contact = contacts[place % len(contacts)]
            self._dies(at, lambda: self._goes_on(contact))
            self.courier.says_again(0)  # the node says until it is heard

    @rule(at=st.integers(0, 15), name=names, place=places)
    def a_click_dies_at_a_write(self, at: int, name: str, place: int) -> None:
        self._dies(at, lambda: self.an_agent_clicks(name=name, place=place))

    @rule(at=st.integers(0, 15), name=names)
    def a_hello_dies_at_a_write(self, at: int, name: str) -> None:
        self._dies(at, lambda: self.house.open_panel(self._agent(name)))

    @rule()
    def a_pass(self) -> None:
        self.house.route()

    @rule(seconds=st.sampled_from([1, 6, 12]))
    def time_passes(self, seconds: int) -> None:
        self.house.wait(seconds)

    @rule(seconds=st.sampled_from([5, 90]))
    def control_is_away(self, seconds: int) -> None:
        self.house.time.shift(seconds)
        self.house.sweep()

    @invariant()
    def no_rule_is_broken(self) -> None:
        self.seen.events += 1
        now = present(self.house.node)
        if now == self.whole:
            return  # a third of all events change nothing
        broken = self.checks.breaches(self.house.node)
        assert not broken, broken
        self.whole = now

    def _agent(self, name: str) -> Agent:
        return self.house.agent(name, acw_seconds=LONGEST_WORK)

    def _line(self, place: int) -> Connection | None:
        lines = live_lines()
        return lines[place % len(lines)] if lines else None

    def _goes_well(self, contact: Contact, way: int) -> None:
        for _ in range(way):
            self._goes_on(contact)
            self.no_rule_is_broken()

    def _goes_on(self, contact: Contact) -> None:
        with suppress(DomainError):
            goes_on(self.house, contact)

    def _clicks(self, agent: Agent, command: str) -> None:
        held = availability.held_offer(agent)
        with suppress(DomainError):
            self.house.command(agent, command, held.contact if held else None)

    def _dies(self, at: int, act: Callable[[], object]) -> None:
        with pytest.MonkeyPatch.context() as patch, dying(patch, at=at) as death:
            act()
        if death.struck:
            self.happened.add("died")
        look_after(self.house)

    def _everybody_goes_home(self) -> None:
        """All audio is lost: within the sum of all timers nobody is at work any more."""
        for line in live_lines():
            self.house.node.lost(line, cause="silent")
        waited = 0
        while (work := at_work()) and waited < SUM_OF_TIMERS:
            self.house.skip(10)
            waited += 10
        assert not work, work
        assert not Agent.objects.filter(audio_due_at__isnull=False).exists()
        for agent in Agent.objects.all():
            self.house.available(agent)
            assert self.house.state(agent) == "available"
        self.no_rule_is_broken()
