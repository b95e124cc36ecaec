"""The flow engine: ``step(state, event, world) -> (state, effects)``.

A pure function. It runs instant actions one after another until one waits or the run ends. The
caller keeps the state beside the contact, in the transaction in which it carries out the effects.
"""

import copy
from typing import Final

from apps.flows.domain import actions, exits
from apps.flows.domain.actions.base import FlowAction
from apps.flows.domain.context import Context, Overlay
from apps.flows.domain.document import Action, Document
from apps.flows.domain.effects import Disconnect, Effect, End, Log, StopPlaying
from apps.flows.domain.events import Answer, Cancelled, Event, HungUp, Refused, Started
from apps.flows.domain.fields import BadParameterError
from apps.flows.domain.outcomes import (
    CANCELLED,
    HUNG_UP,
    RAN_OUT,
    Done,
    Fail,
    Jump,
    Outcome,
    Stop,
    Wait,
)
from apps.flows.domain.state import Frame, State, begin, frame_of
from apps.flows.domain.types import INBOUND, LOOP_GUARD, NO_MATCH, TRANSFER
from apps.flows.domain.world import FlowVersion, World

__all__ = ["begin", "step"]

INSTANT_LIMIT: Final = 1_000  # actions without a wait
ANSWER_COST: Final = 20  # a wait that is over at once costs the caller rows: as many actions
CONTACT_LIMIT: Final = 10_000  # actions of all runs of a contact
JUMP_LIMIT: Final = 50  # Transfer to flow in one run
GRACE: Final = 50  # actions left to say sorry after the guard
SHOWN: Final = 10  # blocks named in the guard's log record


def step(
    state: State, event: Event, world: World, *, at_once: bool = False
) -> tuple[State, list[Effect]]:
    """The state after an event, and what it wants done, in order.

    An event the run does not wait for (late timer, double delivery, after the end) changes nothing.
    ``at_once``: the caller itself answers an effect, so that nothing was waited for.
    """
    if not _awaited(state, event):
        return state, []
    run = _Run(copy.deepcopy(state), world)
    run.wake(at_once=at_once)
    run.take(event)
    return run.state, run.effects


def _awaited(state: State, event: Event) -> bool:
    if state["ended"] is not None:
        return False
    waiting = state["waiting"]
    if not isinstance(event, Answer):
        return not isinstance(event, Started) or (waiting is None and state["seq"] == 0)
    if waiting is None or waiting["token"] != event.token:
        return False
    return isinstance(event, Refused) or type(event).__name__ in waiting["kinds"]


class _Run:
    """One step in the making."""

    def __init__(self, state: State, world: World) -> None:
        self.state = state
        self.world = world
        self.effects: list[Effect] = []
        self.overlay = Overlay()

    @property
    def frame(self) -> Frame:
        return self.state["frames"][-1]

    @property
    def flow(self) -> FlowVersion:
        return self.world.version(self.frame["version"])

    @property
    def document(self) -> Document:
        return self.flow.document

    def wake(self, *, at_once: bool) -> None:
        """Only what comes from outside ends a row of instant actions."""
        if at_once:
            self.state["instant"] += ANSWER_COST
        else:
            self.state["instant"], self.state["visited"] = 0, []

    def take(self, event: Event) -> None:
        was_waiting = self.state["waiting"] is not None
        self.state["waiting"] = None
        if isinstance(event, HungUp | Cancelled):
            silence = (StopPlaying(),) if was_waiting else ()
            self._end(HUNG_UP if isinstance(event, HungUp) else CANCELLED, silence)
        elif isinstance(event, Answer):
            self._drive(self._resume(event))
        else:
            self._drive(self._enter(self.document.start))

    def _drive(self, outcome: Outcome | None) -> None:
        while outcome is not None:
            target = self._settle(outcome)
            outcome = self._enter(target) if target is not None else None

    def _settle(self, outcome: Outcome) -> str | None:
        """Do what an outcome asks; the next action, None when the run waits or ended."""
        match outcome:
            case Wait():
                self._rest(outcome)
            case Stop(kind=kind, effects=effects):
                self._log(kind)
                self._end(kind, effects)
            case Jump(flow=flow):
                return self._jump(flow)
            case Done() | Fail():
                return self._leave(outcome)
        return None

    def _rest(self, wait: Wait) -> None:
        self._emit(*wait.effects)
        self.state["seq"] += 1
        self.frame["memo"] = wait.memo
        self.state["waiting"] = {
            "token": str(self.state["seq"]),
            "kinds": [kind.__name__ for kind in wait.until],
            "wake_seconds": wait.wake_seconds,
        }

    def _leave(self, outcome: Done | Fail) -> str | None:
        action = self._action()
        if action is None:
            self._run_out()
            return None
        if isinstance(outcome, Done):
            self._emit(*outcome.effects)
        way = exits.choose(action, actions.find(action.type), outcome=outcome)
        self._log(way.label, detail=outcome.detail if isinstance(outcome, Fail) else "")
        if way.target is None:
            self._run_out()
        return way.target

    def _jump(self, flow: FlowVersion) -> str | None:
        self.state["jumps"] += 1
        if self.state["jumps"] > JUMP_LIMIT:
            return self._leave(Fail(LOOP_GUARD, "Too many transfers from flow to flow."))
        self._log(exits.SUCCESS)
        self.state["frames"][-1] = frame_of(flow)
        return flow.document.start

    def _enter(self, identifier: str) -> Outcome:
        self.frame["action"], self.frame["memo"] = identifier, None
        action = self._action()
        if action is None:
            return Fail(NO_MATCH)
        self.state["visited"] = [*self.state["visited"][1 - SHOWN :], action.name]
        if (stopped := self._guard()) is not None:
            return stopped
        return self._start(action, actions.find(action.type))

    def _guard(self) -> Outcome | None:
        """LoopGuard once, with a little grace for an apology; then the end."""
        self.state["instant"] += 1
        self.state["steps"] += 1
        if self.state["grace"] is not None:
            self.state["grace"] -= 1
            return Stop(RAN_OUT, self._farewell()) if self.state["grace"] < 0 else None
        if self.state["instant"] <= INSTANT_LIMIT and self.state["steps"] <= CONTACT_LIMIT:
            return None
        self.state["grace"] = GRACE
        return Fail(LOOP_GUARD, " → ".join(self.state["visited"]))

    def _start(self, action: Action, spec: FlowAction | None) -> Outcome:
        if spec is None:
            return Fail(NO_MATCH, f"{action.type} is no known type of action.")
        context = self._context(action)
        try:
            return spec.start(context, spec.params.resolve(action.parameters, context.lookup))
        except BadParameterError as wrong:
            return Fail(NO_MATCH, str(wrong))
        except KeyError as missing:  # never after validation, but a draft may be tried out
            return Fail(NO_MATCH, f"{missing.args[0]} is not set.")

    def _resume(self, event: Answer) -> Outcome:
        action = self._action()
        spec = actions.find(action.type) if action else None
        if action is None or spec is None:
            return Fail(NO_MATCH)
        if isinstance(event, Refused):
            return Fail(event.error_type)
        return spec.resume(self._context(action), self.frame["memo"], event)

    def _context(self, action: Action) -> Context:
        return Context(self.world, self.state, action, self.overlay)

    def _action(self) -> Action | None:
        return self.document.action(self.frame["action"])

    def _emit(self, *effects: Effect) -> None:
        for effect in effects:
            self.overlay.note(effect)
            self.effects.append(effect)

    def _log(self, outcome: str, *, detail: str = "") -> None:
        action = self._action()
        if action is not None:
            record = (self.flow.flow, action.identifier, action.type, action.name)
            self.effects.append(Log(*record, action.parameters, outcome, detail))

    def _run_out(self) -> None:
        self._end(RAN_OUT, self._farewell())

    def _farewell(self) -> tuple[Effect, ...]:
        """A contact that nobody will ever queue ends; queued and whispered ones live on."""
        hangs_up = self.state["flow_type"] in INBOUND | TRANSFER
        return (Disconnect(),) if hangs_up else ()

    def _end(self, kind: str, effects: tuple[Effect, ...]) -> None:
        self._emit(*effects, End(kind))
        self.state["ended"] = kind
