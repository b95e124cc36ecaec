"""Random events on a virtual clock: no rule is broken, everybody is idle in the end (R-21)."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.agents.models import Agent
from apps.contacts.domain.states import ConnectionKind, ConnectionState, OfferState
from apps.contacts.models import Call, Connection, Contact, FlowRun, Offer
from apps.contacts.services import availability, ending, nodes
from apps.contacts.services.recovery import move_calls
from apps.core import clock
from apps.core.errors import DomainError
from apps.instances.services.instances import update_instance
from apps.media.events import Event
from apps.routing.models import RoutingProfileQueue
from apps.voice.services import media_events
from apps.voice.services.signalling import agent_leg, caller_leg
from tests.journeys.house import PEOPLE, House, open_house
from tests.journeys.invariants import quick_checks
from tests.journeys.test_crashes import dying, look_after

pytestmark = pytest.mark.journey

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
LONGEST_WORK = 20  # seconds
# lost agent + two whispers + media that must come up + after contact work + ring time
SUM_OF_TIMERS = 30 + 2 * 120 + 10 + LONGEST_WORK + 20
names, places = st.sampled_from(PEOPLE), st.integers(0, 5)


class CallCentre(RuleBasedStateMachine):
    """Three agents, a few callers, a media node, and time."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.house: House = self.stack.enter_context(open_house())
        self.checks = quick_checks()
        self.said: list[Event] = []
        self.others: dict[int, UUID] = {}
        self.stack.enter_context(_overheard(self.said))
        for name in PEOPLE:
            self.house.available(self.house.agent(name, acw_seconds=LONGEST_WORK))

    def teardown(self) -> None:
        try:
            self._everybody_goes_home()
        finally:
            self.stack.close()

    # Callers

    @precondition(lambda self: Call.objects.filter(ended_at=None).count() < CALLS_AT_ONCE)
    @rule(comes_up=st.booleans(), hears=st.integers(0, 1))
    def somebody_calls(self, comes_up: bool, hears: int) -> None:
        customer = self.house.arrive()
        if comes_up:
            self.house.node.connected(customer)
            for _ in range(hears):
                self.house.node.played(customer)

    @rule(place=places)
    def a_caller_hangs_up(self, place: int) -> None:
        contacts = Contact.objects.filter(disconnected_at=None)
        if contacts:
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
        runs = [run for run in FlowRun.objects.filter(is_running=True) if _ends(run)]
        if runs:
            self.house.node.played(runs[place % len(runs)].connection)

    @rule(place=places, digit=st.sampled_from("19#*"))
    def a_key_is_pressed(self, place: int, digit: str) -> None:
        if (line := self._line(place)) is not None:
            self.house.node.pressed(line, digit)

    @rule(place=places)
    def an_event_comes_again(self, place: int) -> None:
        if self.said:
            media_events.handle(self.said[-1 - place % len(self.said)])

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

    @rule(name=names, command=st.sampled_from(COMMANDS))
    def an_agent_clicks(self, name: str, command: str) -> None:
        agent = self.house.agent(name, acw_seconds=LONGEST_WORK)
        held = availability.held_offer(agent)
        with suppress(DomainError):
            self.house.command(agent, command, held.contact if held else None)

    @rule()
    def an_agent_answers_what_rings(self) -> None:
        offer = Offer.objects.filter(state=OfferState.RINGING).select_related("agent").first()
        if offer is not None:
            with suppress(DomainError):
                self.house.command(offer.agent, "contact.accept", offer.contact)
                self.house.node.connected(self.house.line(offer.agent))

    @rule(name=names, kind=st.sampled_from(["ROUTABLE", "OFFLINE"]))
    def an_agent_chooses(self, name: str, kind: str) -> None:
        with suppress(DomainError):
            self.house.choose(self.house.agent(name, acw_seconds=LONGEST_WORK), kind)

    @rule(name=names, is_ready=st.booleans())
    def a_panel_says_hello(self, name: str, is_ready: bool) -> None:
        agent = self.house.agent(name, acw_seconds=LONGEST_WORK)
        self.house.open_panel(agent, is_ready=is_ready)

    @rule(name=names)
    def a_panel_closes(self, name: str) -> None:
        agent = self.house.agent(name, acw_seconds=LONGEST_WORK)
        availability.panel_closed(agent_id=agent.pk, socket=self.house.panels[agent.pk])

    @rule(name=names, act=st.sampled_from(["opens", "takes the audio", "closes"]))
    def another_window(self, name: str, act: str) -> None:
        agent = self.house.agent(name, acw_seconds=LONGEST_WORK)
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
        agent = self.house.agent(name, acw_seconds=LONGEST_WORK)
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
        with pytest.MonkeyPatch.context() as patch, dying(patch, at=at):
            getattr(self.house, act)()
        look_after(self.house)

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
        assert self.checks.breaches(self.house.node) == []

    def _line(self, place: int) -> Connection | None:
        lines = Connection.objects.exclude(state=ConnectionState.DISCONNECTED)
        return lines[place % len(lines)] if lines else None

    def _everybody_goes_home(self) -> None:
        """All audio is lost: within the sum of all timers nobody is at work any more."""
        for line in Connection.objects.exclude(state=ConnectionState.DISCONNECTED):
            self.house.node.lost(line, cause="silent")
        waited = 0
        while (work := _at_work()) and waited < SUM_OF_TIMERS:
            self.house.skip(10)
            waited += 10
        assert not work
        assert not Agent.objects.filter(audio_due_at__isnull=False).exists()
        for agent in Agent.objects.all():
            self.house.available(agent)
            assert self.house.state(agent) == "available"
        self.no_rule_is_broken()


@contextmanager
def _overheard(said: list[Event]) -> Iterator[None]:
    """While open, notes each event when it is handled for the first time."""
    handle = media_events.handle

    def noting(event: Event, *, boot_id: str | None = None) -> None:
        if event not in said:
            said.append(event)
        handle(event, boot_id=boot_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(media_events, "handle", noting)
        yield


def _at_work() -> list[object]:
    """Calls that go on and offers that no agent needs to clear."""
    locked = (OfferState.MISSED, OfferState.ERROR, OfferState.CLEARED)
    return [*Call.objects.filter(ended_at=None), *Offer.objects.exclude(state__in=locked)]


def _ends(run: FlowRun) -> bool:
    return bool(run.player and run.player["items"] and not run.player["loop"])


def explore(*, examples: int, steps: int, is_new: bool = False) -> None:
    """`is_new`: other examples at each run; one that fails says how to have it again."""
    run_state_machine_as_test(
        CallCentre,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not is_new,
            print_blob=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_random_events_break_no_rule_and_leave_nobody_stuck_r_21(db: None) -> None:
    """R-21, R-25, small: duplicates, late events, gaps, crashes; then everybody is idle in time."""
    explore(examples=10, steps=25)


@pytest.mark.long
@pytest.mark.parametrize("_part", range(10))
def test_a_million_random_events_break_no_rule_and_leave_nobody_stuck_r_21(
    db: None, _part: int
) -> None:
    """R-21, R-25: 10^6 events in ten parts."""
    explore(examples=1000, steps=100, is_new=True)
