"""What agents need from the floor above: whether somebody handles a contact, or has one waiting."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.agents.models import Agent

Answer = Callable[["Agent"], bool]

_registered: list[tuple[Answer, Answer]] = []


def register(*, is_engaged: Answer, is_awaited: Answer) -> None:
    """Called once in AppConfig.ready() by the app that knows contacts."""
    _registered[:] = [(is_engaged, is_awaited)]


def is_engaged(agent: "Agent") -> bool:
    """Whether a contact rings, is talked to or waits to be cleared; ask under the agent's lock."""
    engaged, _awaited = _registered[0]
    return engaged(agent)


def is_awaited(agent: "Agent") -> bool:
    """Whether a contact waits in the agent's own queue; ask when nothing can enter it any more."""
    _engaged, awaited = _registered[0]
    return awaited(agent)
