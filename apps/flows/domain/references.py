"""Resource references in a flow document: queues, prompts, hours, other flows.

Resources are found by the name of the property, so they are found in actions that this engine
only keeps as well.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.flows.domain.paths import references as embedded_references

KINDS: Final[Mapping[str, str]] = {
    "QueueId": "queue",
    "AgentId": "agent",
    "PromptId": "prompt",
    "HoursOfOperationId": "hours",
    "ContactFlowId": "flow",
    "FlowModuleId": "module",
    "LambdaFunctionARN": "function",
}
HOOKS: Final = "EventHooks"
# Our shipped flows name resources instead of giving ids that only exist in one instance.
NAME_SCHEME: Final = "name:"


@dataclass(frozen=True)
class Reference:
    """One reference: ``path`` from the document's root as keys, ``kind`` and the written value."""

    path: tuple[str | int, ...]
    kind: str
    value: str

    @property
    def name(self) -> str | None:
        """The name after ``name:``, None for ids and ARNs."""
        has_name = self.value.startswith(NAME_SCHEME)
        return self.value.removeprefix(NAME_SCHEME) if has_name else None

    @property
    def hook(self) -> str | None:
        """The event hook this flow is for, if it is one."""
        return str(self.path[-1]) if HOOKS in self.path else None


def find_all(raw: Mapping[str, Any]) -> list[Reference]:
    """Every fixed reference in a decoded document; dynamic ones ($. paths) are left out."""
    actions = raw.get("Actions")
    found: list[Reference] = []
    for index, action in enumerate(actions if isinstance(actions, list) else []):
        parameters = action.get("Parameters") if isinstance(action, Mapping) else None
        found.extend(_walk(parameters, ("Actions", index, "Parameters")))
    return found


def rewrite(raw: Mapping[str, Any], mapping: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """A copy with references replaced; ``mapping`` is (kind, written value) → new value.

    References without an entry stay as they are.
    """
    copied: dict[str, Any] = copy.deepcopy(dict(raw))
    for reference in find_all(copied):
        new = mapping.get((reference.kind, reference.value))
        if new is not None:
            _parent(copied, reference.path)[reference.path[-1]] = new
    return copied


def _parent(raw: Any, path: tuple[str | int, ...]) -> Any:
    for key in path[:-1]:
        raw = raw[key]
    return raw


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[Reference]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _entry(name, item, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index))


def _entry(name: str, item: Any, path: tuple[str | int, ...]) -> Iterator[Reference]:
    kind = "flow" if path[-1] == HOOKS else KINDS.get(name)
    if kind is None:
        yield from _walk(item, (*path, name))
    elif isinstance(item, str) and not embedded_references(item):
        yield Reference((*path, name), kind, item)
