"""A flow document (Version 2019-10-30) as frozen dataclasses over the raw JSON.

Reading is total: a malformed part becomes an empty field, which ``validation`` reports. The raw
object is kept, so what the designer or a newer service wrote survives a round trip.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from apps.flows.domain.types import FlowType, type_of_metadata

Json = Any
VERSION: Final = "2019-10-30"


class NotAFlowDocumentError(ValueError):
    """The content is not a JSON object."""

    code = "flow_not_json"


@dataclass(frozen=True)
class Condition:
    """One way out taken when ``operator`` holds between the result and the operand."""

    operator: str
    operands: tuple[Json, ...]
    target: str


@dataclass(frozen=True)
class Transitions:
    """The ways out of an action; empty for terminal ones."""

    next: str | None = None
    errors: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()

    def error(self, kind: str) -> str | None:
        """Where the error ``kind`` leads, None without a handler."""
        return next((target for name, target in self.errors if name == kind), None)

    def targets(self) -> tuple[tuple[str, str], ...]:
        """Every link as (path below Transitions, target identifier)."""
        first = (("NextAction", self.next),) if self.next is not None else ()
        errors = ((f"Errors[{n}].NextAction", t) for n, (_, t) in enumerate(self.errors))
        ifs = ((f"Conditions[{n}].NextAction", c.target) for n, c in enumerate(self.conditions))
        return (*first, *errors, *ifs)


@dataclass(frozen=True)
class Action:
    """One block of a flow."""

    index: int
    identifier: str
    type: str
    name: str
    parameters: Mapping[str, Json]
    transitions: Transitions
    raw: Mapping[str, Json] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Document:
    """A flow. ``raw`` is the truth that is written back."""

    version: str
    start: str
    actions: tuple[Action, ...]
    flow_type: FlowType | None
    raw: Mapping[str, Json] = field(repr=False, compare=False)

    def action(self, identifier: str | None) -> Action | None:
        """The action with this identifier, None when there is none."""
        return next((a for a in self.actions if a.identifier == identifier), None)


def parse(content: str) -> Document:
    """Read the text of a flow. Raises NotAFlowDocumentError when it is not a JSON object."""
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as wrong:
        raise NotAFlowDocumentError(str(wrong)) from wrong
    if not isinstance(raw, dict):
        raise NotAFlowDocumentError("The content is not a JSON object.")
    return read(raw)


def read(raw: Mapping[str, Json]) -> Document:
    """Read a decoded flow."""
    metadata = _object(raw.get("Metadata"))
    names = _object(metadata.get("ActionMetadata"))
    actions = tuple(
        _action(index, _object(item), names) for index, item in enumerate(_list(raw.get("Actions")))
    )
    return Document(
        version=_text(raw.get("Version")),
        start=_text(raw.get("StartAction")),
        actions=actions,
        flow_type=type_of_metadata(metadata.get("type")),
        raw=raw,
    )


def write(document: Document) -> str:
    """The text of a flow, equal in meaning to what was read."""
    return json.dumps(document.raw, ensure_ascii=False)


def length(document: Document) -> int:
    """How many characters its shortest text has: blanks between them are nobody's content."""
    return len(json.dumps(document.raw, ensure_ascii=False, separators=(",", ":")))


def _action(index: int, raw: Mapping[str, Json], names: Mapping[str, Json]) -> Action:
    identifier = _text(raw.get("Identifier"))
    return Action(
        index=index,
        identifier=identifier,
        type=_text(raw.get("Type")),
        name=_block_name(identifier, _object(names.get(identifier)), _text(raw.get("Type"))),
        parameters=_object(raw.get("Parameters")),
        transitions=_transitions(_object(raw.get("Transitions"))),
        raw=raw,
    )


def _block_name(identifier: str, metadata: Mapping[str, Json], type_: str) -> str:
    """What the user calls the block: a friendly identifier, else the type."""
    return identifier if metadata.get("isFriendlyName") else f"{type_} ({identifier})"


def _transitions(raw: Mapping[str, Json]) -> Transitions:
    next_action = raw.get("NextAction")
    return Transitions(
        next=next_action if isinstance(next_action, str) else None,
        errors=tuple(
            (_text(e.get("ErrorType")), _text(e.get("NextAction")))
            for e in map(_object, _list(raw.get("Errors")))
        ),
        conditions=tuple(_condition(_object(c)) for c in _list(raw.get("Conditions"))),
    )


def _condition(raw: Mapping[str, Json]) -> Condition:
    inner = _object(raw.get("Condition"))
    operands = tuple(_list(inner.get("Operands")))
    return Condition(_text(inner.get("Operator")), operands, _text(raw.get("NextAction")))


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
