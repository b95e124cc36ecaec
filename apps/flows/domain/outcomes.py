"""What starting or resuming an action can come to."""

from dataclasses import dataclass
from typing import Any, Final

from apps.flows.domain.conditions import Result
from apps.flows.domain.effects import Effect
from apps.flows.domain.events import Answer
from apps.flows.domain.world import FlowVersion

# How a run ended.
DISCONNECTED: Final = "disconnected"  # the flow hung up
RESUMED: Final = "resumed"  # End flow: the contact lives on
QUEUED: Final = "queued"  # in the queue; the queue flow is next
TO_AGENT: Final = "to_agent"  # handed to the quick connect's agent
RAN_OUT: Final = "ran_out"  # no way on, or an error without a handler
HUNG_UP: Final = "hung_up"
CANCELLED: Final = "cancelled"


@dataclass(frozen=True)
class Done:
    """The action is over; ``result`` chooses among its conditions."""

    result: Result | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Fail:
    """The action failed with a wire error type."""

    error_type: str
    detail: str = ""


@dataclass(frozen=True)
class Wait:
    """Rest until one of the event kinds (or Refused) answers. ``memo`` is plain JSON."""

    effects: tuple[Effect, ...]
    until: tuple[type[Answer], ...]
    wake_seconds: float | None = None
    memo: Any = None


@dataclass(frozen=True)
class Jump:
    """Leave this flow for another."""

    flow: FlowVersion


@dataclass(frozen=True)
class Stop:
    """The run is over."""

    kind: str
    effects: tuple[Effect, ...] = ()


Outcome = Done | Fail | Wait | Jump | Stop
