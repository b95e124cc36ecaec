"""The checks of one action against its declaration."""

from collections.abc import Iterator

from apps.flows.domain.actions.base import Conditions, FlowAction
from apps.flows.domain.document import Action, Condition
from apps.flows.domain.fields import Flaw, scalar
from apps.flows.domain.problems import Problem, bad_value, missing, path_of, problem, unknown
from apps.flows.domain.types import FlowType

_FLAWS = {"missing": missing, "value": bad_value, "unknown": unknown}


def check_flow_type(action: Action, spec: FlowAction, flow_type: FlowType) -> Iterator[Problem]:
    """The type is allowed in this type of flow."""
    if flow_type not in spec.flow_types:
        message = f"Unsupported block type. Type: {action.type}, Flow type: {flow_type}"
        allowed = ", ".join(sorted(spec.flow_types))
        remedy = f"Remove this block; it works only in flows of type {allowed}."
        yield problem(action, "block_not_allowed", message, remedy=remedy)


def check_parameters(action: Action, spec: FlowAction) -> Iterator[Problem]:
    """The parameters are those declared. Types we only keep are not looked into."""
    if not spec.supported:
        return
    written = action.raw.get("Parameters") or {}
    for flaw in spec.params.flaws(written, "Parameters"):
        yield _from_flaw(action, flaw)


def _from_flaw(action: Action, flaw: Flaw) -> Problem:
    return _FLAWS[flaw.kind](action, flaw.path, remedy=flaw.remedy)


def check_errors(action: Action, spec: FlowAction) -> Iterator[Problem]:
    """All demanded error branches are there, and no foreign ones."""
    if not spec.supported:
        return
    rule = spec.errors_for(action.parameters)
    present = [name for name, _ in action.transitions.errors]
    lacking = [name for name in rule.required if name not in present]
    if lacking:
        message = f"Action is missing required error. Error: {', '.join(lacking)}"
        remedy = f"Connect the branch {', '.join(lacking)} of this block."
        yield problem(action, "error_missing", message, remedy=remedy)
    for name in present:
        if name not in rule.required + rule.optional:
            message = f"Invalid Action error. Error: {name}, Path: {path_of(action)}"
            remedy = f"Remove the branch {name}; this block never takes it."
            yield problem(action, "error_foreign", message, remedy=remedy)


def check_conditions(action: Action, spec: FlowAction) -> Iterator[Problem]:
    """Operators and operands are those the result can meet, and needed ones are there."""
    if not spec.supported:
        return
    ways = action.transitions.conditions
    rule = spec.conditions_for(action.parameters)
    if rule is None:
        if ways:
            message = f"Action does not support conditions. Path: {path_of(action)}"
            remedy = "Remove the conditions; this block has no result to compare."
            yield problem(action, "conditions_unsupported", message, remedy=remedy)
        return
    for index, way in enumerate(ways):
        yield from _check_condition(action, rule, way, f"Transitions.Conditions[{index}].Condition")
    for operand in rule.required:
        if not any(operand in way.operands for way in ways):
            remedy = f"Connect the branch {operand} of this block."
            yield missing(action, f"Transitions.Conditions.{operand}", remedy=remedy)


def _check_condition(
    action: Action, rule: Conditions, way: Condition, path: str
) -> Iterator[Problem]:
    if way.operator not in rule.operators:
        remedy = f"Use one of {', '.join(sorted(rule.operators))}."
        yield bad_value(action, f"{path}.Operator", remedy=remedy)
    operand = scalar(way.operands[0]) if len(way.operands) == 1 else None
    if operand is None:
        yield bad_value(action, f"{path}.Operands", remedy="Write exactly one operand.")
    elif rule.operands is not None and operand not in rule.operands:
        remedy = f"Use one of {', '.join(sorted(rule.operands))}."
        yield bad_value(action, f"{path}.Operands", remedy=remedy)


def check_transitions(action: Action, spec: FlowAction, known: set[str]) -> Iterator[Problem]:
    """A way on exists where one is needed, none where the flow ends, and all lead somewhere."""
    ways = action.transitions.targets()
    if spec.terminal and ways:
        message = f"Action does not support transitions. Path: {path_of(action)}"
        remedy = "Remove what follows; the flow ends here."
        yield problem(action, "transitions_unsupported", message, remedy=remedy)
    if not (spec.terminal or spec.next_optional) and action.transitions.next is None:
        remedy = "Connect the way out of this block."
        yield missing(action, "Transitions.NextAction", remedy=remedy)
    for path, target in ways:
        if target not in known:
            remedy = "Connect this way out to a block of the flow."
            yield bad_value(action, f"Transitions.{path}", remedy=remedy)
