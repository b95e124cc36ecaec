"""Who is at work, and through which door: known at the edge, asked for where it is written down."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from structlog.contextvars import bound_contextvars


class Door(StrEnum):
    """The ways in. SYSTEM is the installation itself: what it does by the clock."""

    ADMIN = "admin"
    PAGE = "page"
    REST = "rest"
    SOCKET = "socket"
    COMMAND = "command"
    JOB = "job"
    SYSTEM = "system"


def _nobody() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Actor:
    """`find_user` is asked when something is written: whoever signs in is known only then.

    `name` is what is known of an actor that is no user: the job, the account on the server.
    """

    door: Door
    find_user: Callable[[], Any] = _nobody
    name: str = ""
    address: str | None = None
    request_id: str = ""

    @property
    def user(self) -> Any:
        """The user; None where there is none, or nobody has signed in."""
        user = self.find_user()
        return user if user is not None and user.is_authenticated else None

    def on_behalf_of(self, user: Any) -> "Actor":
        """The same door, for somebody who asked for it earlier: a job's author."""
        return replace(self, find_user=lambda: user)

    def with_request(self, request_id: str) -> "Actor":
        return replace(self, request_id=request_id)


_NOBODY = Actor(Door.SYSTEM)
_actor: ContextVar[Actor] = ContextVar("actor", default=_NOBODY)


def actor() -> Actor:
    """Whoever acts here."""
    return _actor.get()


@contextmanager
def acting(who: Actor) -> Iterator[None]:
    """All that happens inside is done by `who`; log lines carry the request's id (A-05)."""
    token = _actor.set(who)
    try:
        with bound_contextvars(**({"request_id": who.request_id} if who.request_id else {})):
            yield
    finally:
        _actor.reset(token)
