"""A bench for flows without audio: a world of plain facts, a builder and a driver."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.flows.domain.document import read
from apps.flows.domain.effects import Effect, Log, SetAttributes, SetTargetQueue, SetVoice
from apps.flows.domain.engine import begin, step
from apps.flows.domain.events import Event, Started
from apps.flows.domain.state import State
from apps.flows.domain.types import FlowType
from apps.flows.domain.world import FlowVersion, Queue

Answering = Callable[[str], Event]


def act(
    identifier: str,
    type_: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    to: str | None = None,
    errors: Mapping[str, str] | None = None,
    when: Sequence[tuple[str, str, str]] = (),
) -> dict[str, Any]:
    """One action; ``when`` holds (operator, operand, target)."""
    conditions = [
        {"NextAction": target, "Condition": {"Operator": operator, "Operands": [operand]}}
        for operator, operand, target in when
    ]
    ways: dict[str, Any] = {
        "Errors": [{"ErrorType": e, "NextAction": t} for e, t in (errors or {}).items()],
        "Conditions": conditions,
    }
    ways |= {"NextAction": to} if to else {}
    return {
        "Identifier": identifier,
        "Type": type_,
        "Parameters": dict(parameters or {}),
        "Transitions": ways,
    }


BYE = act("bye", "DisconnectParticipant")


def raw_flow(*actions: dict[str, Any]) -> dict[str, Any]:
    """A document that starts at the first action; every block has a friendly name."""
    names = {action["Identifier"]: {"isFriendlyName": True} for action in actions}
    return {
        "Version": "2019-10-30",
        "StartAction": actions[0]["Identifier"],
        "Metadata": {"ActionMetadata": names},
        "Actions": list(actions),
    }


def version(
    raw: Mapping[str, Any], *, type_: FlowType = FlowType.CONTACT_FLOW, id_: str = "flow"
) -> FlowVersion:
    """A published version of a document; the flow has the id of its version."""
    return FlowVersion(id=id_, flow=id_, type=type_, document=read(raw))


@dataclass
class FakeWorld:
    """Facts that a test sets, changed by effects the way the caller would change the rows."""

    flows: dict[str, FlowVersion] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    target_queue: str | None = None
    queues: dict[str, Queue] = field(default_factory=lambda: {"sales": Queue("q1", "Sales")})
    open: dict[str | None, bool] = field(default_factory=dict)
    metrics: dict[tuple[str, str | None], float] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=lambda: {"music": "p1"})
    chance: float = 0.0
    asked: list[tuple[str | None, str | None]] = field(default_factory=list)

    def queue(self, reference: str) -> Queue | None:
        known = {**self.queues, **{queue.id: queue for queue in self.queues.values()}}
        return known.get(reference)

    def agent_queue(self, reference: str) -> Queue | None:
        return Queue("q-ann", "Ann") if reference == "ann" else None

    def hours_open(self, hours: str | None, *, queue: str | None) -> bool | None:
        self.asked.append((hours, queue))
        return self.open.get(hours or queue)

    def metric(self, name: str, *, queue: str | None, agent: str | None) -> float | None:
        return self.metrics.get((name, agent or queue))

    def prompt(self, reference: str) -> str | None:
        return self.prompts.get(reference)

    def flow(self, reference: str) -> FlowVersion | None:
        return self.flows.get(reference)

    def version(self, version_id: str) -> FlowVersion:
        return self.flows[version_id]

    def random(self) -> float:
        return self.chance

    def apply(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, SetAttributes):
                self.values.setdefault("Attributes", {}).update(effect.attributes)
            elif isinstance(effect, SetTargetQueue):
                self.target_queue = effect.queue
            elif isinstance(effect, SetVoice):
                self.values["TextToSpeechVoiceId"] = effect.voice


@dataclass
class Ran:
    """What a driven run came to."""

    state: State
    effects: list[Effect]

    @property
    def trace(self) -> list[tuple[str, str]]:
        """(block, way out) in order."""
        return [(e.name, e.outcome) for e in self.effects if isinstance(e, Log)]

    @property
    def wanted(self) -> list[Effect]:
        """The effects without the log."""
        return [e for e in self.effects if not isinstance(e, Log)]

    @property
    def token(self) -> str:
        waiting = self.state["waiting"]
        assert waiting is not None, "The run does not wait."
        return waiting["token"]


def same(state: State) -> State:
    """Keep the state in memory."""
    return state


def through_json(state: State) -> State:
    """Lose the process: keep only what JSON keeps."""
    kept: State = json.loads(json.dumps(state))
    return kept


def drive(
    flow: FlowVersion,
    *answers: Answering,
    world: FakeWorld | None = None,
    keep: Callable[[State], State] = same,
) -> Ran:
    """Start the flow and give one answer to each of its waits."""
    world = world or FakeWorld()
    world.flows.setdefault(flow.id, flow)
    ran = Ran(*step(keep(begin(flow)), Started(), world))
    world.apply(ran.effects)
    for answer in answers:
        state, effects = step(keep(ran.state), answer(ran.token), world)
        world.apply(effects)
        ran = Ran(state, ran.effects + effects)
    return ran


ERRORS = (
    "NoMatchingError",
    "NoMatchingCondition",
    "InputTimeLimitExceeded",
    "InvalidPhoneNumber",
    "QueueAtCapacity",
)
ALL_ERRORS = dict.fromkeys(ERRORS, "bye")


def only(
    type_: str,
    parameters: dict[str, Any] | None = None,
    *answers: Answering,
    world: FakeWorld | None = None,
    flow_type: FlowType = FlowType.CONTACT_FLOW,
    **ways: Any,
) -> Ran:
    """Run a flow of this one action; every way leads to Disconnect."""
    ways = {"to": "bye", "errors": ALL_ERRORS, **ways}
    flow = version(raw_flow(act("it", type_, parameters, **ways), BYE), type_=flow_type)
    return drive(flow, *answers, world=world)


def way_out(ran: Ran) -> str:
    """How the first action was left."""
    return ran.trace[0][1]
