"""Which actions lead to which."""

from collections.abc import Callable, Mapping, Set

from apps.flows.domain.document import Action, Document

Links = Mapping[str, Set[str]]


def links(document: Document, *, through: Callable[[Action], bool] = lambda _: True) -> Links:
    """Identifier → the identifiers it leads to; actions not ``through`` lead nowhere."""
    return {
        action.identifier: {target for _, target in action.transitions.targets()}
        for action in document.actions
        if through(action)
    }


def reachable(ways: Links, *, start: str) -> set[str]:
    """Every identifier that can be reached from ``start``, itself included."""
    return {start} | _beyond(ways, start)


def in_cycle(ways: Links) -> set[str]:
    """The identifiers that can reach themselves again."""
    return {identifier for identifier in ways if identifier in _beyond(ways, identifier)}


def _beyond(ways: Links, start: str) -> set[str]:
    """What is one step or more from ``start``: itself only where a way leads back."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = ways.get(waiting.pop(), frozenset()) - seen
        seen |= new
        waiting.extend(new)
    return seen
