"""Choosing the way out of an action (flows.md §1)."""

from dataclasses import dataclass
from typing import Final

from apps.flows.domain.actions.base import FlowAction
from apps.flows.domain.conditions import Result, holds
from apps.flows.domain.document import Action
from apps.flows.domain.fields import scalar
from apps.flows.domain.outcomes import Done, Fail
from apps.flows.domain.types import LOOP_GUARD, NO_CONDITION, NO_MATCH

SUCCESS: Final = "Success"


@dataclass(frozen=True)
class Exit:
    """Where to go (None = the flow runs out) and the name of the way."""

    target: str | None
    label: str


def choose(action: Action, spec: FlowAction | None, *, outcome: Done | Fail) -> Exit:
    """The way out of ``action`` after it came to ``outcome``."""
    if isinstance(outcome, Fail):
        return _after_error(action, spec, outcome.error_type)
    return _after_result(action, outcome.result)


def _after_error(action: Action, spec: FlowAction | None, error_type: str) -> Exit:
    ways = action.transitions
    target = ways.error(error_type) or ways.error(NO_MATCH)
    goes_on = spec is not None and spec.goes_on_after_error and error_type != LOOP_GUARD
    if target is None and goes_on and not ways.errors:
        target = ways.next
    return Exit(target, error_type)


def _after_result(action: Action, result: Result | None) -> Exit:
    ways = action.transitions
    default = ways.error(NO_CONDITION)
    if result is None or not (ways.conditions or default):
        return Exit(ways.next, SUCCESS)
    for way in ways.conditions:
        operand = (scalar(way.operands[0]) if way.operands else None) or ""
        if holds(way.operator, operand, value=result):
            return Exit(way.target, operand)
    return Exit(default or ways.next, NO_CONDITION)
