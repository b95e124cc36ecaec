"""The state of a run: plain JSON, so that it survives a database row and a restart."""

from typing import Any, TypedDict

from apps.flows.domain.world import FlowVersion


class Frame(TypedDict):
    """Where the run is: a pinned flow version and one of its actions."""

    version: str
    action: str | None
    memo: Any
    flow_attributes: dict[str, str]


class Waiting(TypedDict):
    """What the run rests on: answers of these kinds with this token, or a timer in seconds."""

    token: str
    kinds: list[str]
    wake_seconds: float | None


class State(TypedDict):
    """One run. ``frames`` is a stack, its last is running; ``grace`` runs down after LoopGuard.

    ``instant`` counts the actions since something was waited for, ``visited`` names the last.
    """

    frames: list[Frame]
    flow_type: str
    loops: dict[str, int]
    stored_input: str | None
    external: dict[str, Any]
    waiting: Waiting | None
    steps: int
    instant: int
    visited: list[str]
    jumps: int
    grace: int | None
    seq: int
    ended: str | None


def frame_of(flow: FlowVersion) -> Frame:
    """A fresh frame at no action yet."""
    return {"version": flow.id, "action": None, "memo": None, "flow_attributes": {}}


def begin(flow: FlowVersion, *, carried: State | None = None) -> State:
    """The state of a run before Started.

    ``carried`` is the ended run of the same contact: loop counters, external results, the stored
    input and the count of steps belong to the contact and go on.
    """
    return {
        "frames": [frame_of(flow)],
        "flow_type": flow.type.value,
        "loops": dict(carried["loops"]) if carried else {},
        "stored_input": carried["stored_input"] if carried else None,
        "external": dict(carried["external"]) if carried else {},
        "waiting": None,
        "steps": carried["steps"] if carried else 0,
        "instant": 0,
        "visited": [],
        "jumps": 0,
        "grace": None,
        "seq": 0,
        "ended": None,
    }
