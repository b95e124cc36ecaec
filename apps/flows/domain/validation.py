"""All checks of a flow, in order, all findings collected (flows.md §5)."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from apps.flows.domain import action_checks, actions
from apps.flows.domain.document import (
    VERSION,
    Action,
    Document,
    NotAFlowDocumentError,
    length,
    parse,
    read,
)
from apps.flows.domain.problems import Problem, Severity, bad_value, flow_problem, missing, problem
from apps.flows.domain.references import Reference, find_all
from apps.flows.domain.types import HOOK_TYPES, INBOUND, TRANSFER, FlowType
from apps.flows.domain.warnings import warnings

ACTION_LIMIT: Final = 250
CHARACTER_LIMIT: Final = 256_000
# Of different ones: each is looked up, and no instance has as many as a flow could name.
REFERENCE_LIMIT: Final = 500
# The other checks of such a flow would take as long as its author likes.
TOO_LARGE: Final = frozenset({"too_long", "action_count"})
IDENTIFIER: Final = re.compile(r"[^%:(\\/)=$,;\[\]{}]{1,50}")
# Names every JavaScript object already has; the console cannot hold blocks of such names.
RESERVED: Final = frozenset(
    {
        "__proto__",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    }
)


@dataclass(frozen=True)
class Resource:
    """What a reference stands for; ``flow_type`` only for flows."""

    published: bool = True
    flow_type: FlowType | None = None


Find = Callable[[str, str], Resource | None]


class Resources(Protocol):
    """The resources of one instance."""

    def find(self, kind: str, reference: str) -> Resource | None:
        """The resource (queue, prompt, hours, flow …), None when the instance has none such."""


def validate_text(
    content: str, flow_type: FlowType, *, resources: Resources | None = None
) -> list[Problem]:
    """Like ``validate`` for the text of a flow."""
    try:
        document = parse(content)
    except NotAFlowDocumentError as wrong:
        message = f"Invalid contact flow content. {wrong}"
        remedy = "Give the JSON object that an export of a flow holds."
        return [flow_problem("not_json", message, remedy=remedy)]
    return validate(document.raw, flow_type, resources=resources)


def validate(
    raw: Mapping[str, Any], flow_type: FlowType, *, resources: Resources | None = None
) -> list[Problem]:
    """Every problem of a decoded flow; none of severity error means it may be published.

    Without ``resources`` references are not looked up: that is how a draft is checked. Of a flow
    that is too large nothing else is said.
    """
    document = read(raw)
    found = [*_check_document(document, raw)]
    if any(each.code in TOO_LARGE for each in found):
        return found
    found += [*_check_identifiers(document), *_check_actions(document, flow_type)]
    if resources is not None:
        found += _check_resources(document, resources)
    if document.actions and document.action(document.start):
        found += warnings(document, flow_type)
    return found


def errors(found: list[Problem]) -> list[Problem]:
    """Those that stop publishing."""
    return [each for each in found if each.severity is Severity.ERROR]


def _too_long(document: Document) -> Iterator[Problem]:
    if length(document) > CHARACTER_LIMIT:
        message = f"Content is longer than {CHARACTER_LIMIT} characters."
        remedy = "Split the flow in two with a Transfer to flow block."
        yield flow_problem("too_long", message, remedy=remedy)


def _check_document(document: Document, raw: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _too_long(document)
    if document.version != VERSION:
        message = "Invalid Version. Path: Version"
        yield flow_problem("version", message, remedy=f'Set Version to "{VERSION}".')
    written = raw.get("Actions")
    if not isinstance(written, list) or not 1 <= len(written) <= ACTION_LIMIT:
        message = "Invalid number of Actions. Path: Actions"
        remedy = f"A flow has from 1 to {ACTION_LIMIT} blocks."
        yield flow_problem("action_count", message, remedy=remedy)
    if document.action(document.start) is None:
        message = "Invalid StartAction. Path: StartAction"
        remedy = "Connect the entry to a block of the flow."
        yield flow_problem("start", message, remedy=remedy)


def _check_identifiers(document: Document) -> Iterator[Problem]:
    count = Counter(action.identifier for action in document.actions)
    seen: set[str] = set()
    for action in document.actions:
        name = action.identifier
        if not IDENTIFIER.fullmatch(name) or name in RESERVED:
            remedy = "Use up to 50 characters without % : ( \\ / ) = $ , ; [ ] { }."
            yield bad_value(action, "Identifier", remedy=remedy)
        elif count[name] > 1 and name in seen:
            yield bad_value(action, "Identifier", remedy=f"Another block is named {name} too.")
        seen.add(name)


def _check_actions(document: Document, flow_type: FlowType) -> Iterator[Problem]:
    known = {action.identifier for action in document.actions}
    for action in document.actions:
        yield from _check_action(action, flow_type, known)


def _check_action(action: Action, flow_type: FlowType, known: set[str]) -> Iterator[Problem]:
    spec = actions.find(action.type)
    if spec is None:
        message = f"Invalid Action type. Type: {action.type}"
        remedy = "Remove this block; the language has no such type."
        yield problem(action, "type_unknown", message, remedy=remedy)
        return
    yield from action_checks.check_flow_type(action, spec, flow_type)
    yield from action_checks.check_parameters(action, spec)
    yield from action_checks.check_errors(action, spec)
    yield from action_checks.check_conditions(action, spec)
    yield from action_checks.check_transitions(action, spec, known)


def _check_resources(document: Document, resources: Resources) -> Iterator[Problem]:
    references = find_all(document.raw)
    if len({(each.kind, each.value) for each in references}) > REFERENCE_LIMIT:
        message = f"The flow refers to more than {REFERENCE_LIMIT} queues, prompts and the like."
        remedy = "Split the flow in two with a Transfer to flow block."
        yield flow_problem("reference_count", message, remedy=remedy)
        return
    find = cache(resources.find)
    for reference in references:
        yield from _check_reference(document, reference, find)


def _check_reference(document: Document, reference: Reference, find: Find) -> Iterator[Problem]:
    action = document.actions[int(reference.path[1])]
    below = _below(reference)
    if not reference.value:
        yield missing(action, below, remedy=f"Choose a {reference.kind}.")
    elif remedy := _unusable(reference, find):
        yield bad_value(action, below, remedy=remedy)


def _below(reference: Reference) -> str:
    """The path below the action: ``Parameters.Messages[0].PromptId``."""
    steps = reference.path[2:]
    text = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps)
    return text.removeprefix(".")


def _unusable(reference: Reference, find: Find) -> str | None:
    resource = find(reference.kind, reference.value)
    if resource is None:
        return f"This instance has no such {reference.kind}; choose one that exists."
    if not resource.published:
        return f"Publish the {reference.kind} first."
    wanted = HOOK_TYPES.get(reference.hook or "", INBOUND | TRANSFER)
    if resource.flow_type is not None and resource.flow_type not in wanted:
        return f"Choose a flow of type {', '.join(sorted(wanted))}."
    return None
