"""Waiting for something outside the interpreter, so that others may compute meanwhile.

Web threads compute a few at a time (`connect.lanes`); the floor that says so registers here how one
steps aside.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

_registered: list[Callable[[], AbstractContextManager[None]]] = []


def register(step_aside: Callable[[], AbstractContextManager[None]]) -> None:
    """Called once in AppConfig.ready()."""
    _registered[:] = [step_aside]


@contextmanager
def waiting() -> Iterator[None]:
    """Around the wait."""
    if not _registered:
        yield
        return
    with _registered[0]():
        yield
