"""All actions, registered by importing their modules."""

from apps.flows.domain.actions import (
    branching,
    contact,
    digits,
    participant,
    routing,
    unsupported,
)
from apps.flows.domain.actions.base import REGISTRY, FlowAction

__all__ = [
    "REGISTRY",
    "branching",
    "contact",
    "digits",
    "find",
    "participant",
    "routing",
    "unsupported",
]


def find(type_: str) -> FlowAction | None:
    """The action of a wire type; None for a type the language does not have."""
    return REGISTRY.get(type_)
