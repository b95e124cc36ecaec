"""What agents need from the floor above: whether somebody handles a contact just now."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.agents.models import Agent

_registered: list[Callable[["Agent"], bool]] = []


def register(is_engaged: Callable[["Agent"], bool]) -> None:
    """Called once in AppConfig.ready() by the app that knows contacts."""
    _registered[:] = [is_engaged]


def is_engaged(agent: "Agent") -> bool:
    """Whether a contact rings, is talked to or waits to be cleared; ask under the agent's lock."""
    return _registered[0](agent)
