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
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        identifier = waiting.pop()
        if identifier not in seen:
            seen.add(identifier)
            waiting.extend(ways.get(identifier, ()))
    return seen


def in_cycle(ways: Links) -> set[str]:
    """The identifiers that can reach themselves again."""
    return {
        identifier
        for identifier, targets in ways.items()
        if any(identifier in reachable(ways, start=target) for target in targets)
    }
