"""What a check of a flow reports.

``message`` has the form the public service gives, because scripts look for it. Ours adds the block
and what to do.
"""

from dataclasses import dataclass
from enum import StrEnum

from apps.flows.domain.document import Action
from apps.flows.domain.effects import Record


class Severity(StrEnum):
    """Errors stop publishing, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem(Record):
    """One finding. ``action`` is the identifier of the block, empty for the whole flow."""

    code: str
    message: str
    remedy: str
    action: str = ""
    block: str = ""
    severity: Severity = Severity.ERROR


def flow_problem(code: str, message: str, *, remedy: str) -> Problem:
    """A problem of the flow as a whole."""
    return Problem(code, message, remedy)


def problem(action: Action, code: str, message: str, *, remedy: str) -> Problem:
    """A problem of one block."""
    return Problem(code, message, remedy, action=action.identifier, block=action.name)


def warning(action: Action, code: str, message: str, *, remedy: str) -> Problem:
    """Something to look at in one block."""
    return Problem(code, message, remedy, action.identifier, action.name, Severity.WARNING)


def path_of(action: Action, below: str = "") -> str:
    """Where in the document: ``Actions[2].Transitions.NextAction``."""
    return f"Actions[{action.index}]{'.' if below else ''}{below}"


def bad_value(action: Action, below: str, *, remedy: str) -> Problem:
    """A property has a value it cannot have."""
    message = f"Invalid Action property value. Path: {path_of(action, below)}"
    return problem(action, "property_value", message, remedy=remedy)


def missing(action: Action, below: str, *, remedy: str) -> Problem:
    """A property that must be there is not."""
    message = f"Action is missing required property. Path: {path_of(action, below)}"
    return problem(action, "property_missing", message, remedy=remedy)


def unknown(action: Action, below: str, *, remedy: str) -> Problem:
    """A property this type of action does not have."""
    message = f"Invalid Action property. Path: {path_of(action, below)}"
    return problem(action, "property_unknown", message, remedy=remedy)
