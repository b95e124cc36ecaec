"""One service, one transaction, one announcement.

A service that changes an agent, a call or the routing situation says so with `touch()`. When the
outermost unit ends, still inside its transaction, the flusher registered for the kind runs once
with all touched ids: it builds the snapshot or desired state from rows that are about to be
committed and hands it to `bus.publish`, which sends after the commit.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

Flusher = Callable[[list[int]], None]

_flushers: dict[str, Flusher] = {}


class _Touched(threading.local):
    kinds: dict[str, dict[int, None]] | None = None


_touched = _Touched()


class NoUnitOfWorkError(RuntimeError):
    """A change was announced outside a transaction: it could be announced and then rolled back."""


def register_flusher(kind: str, flusher: Flusher) -> None:
    """Called in AppConfig.ready() by the app that announces this kind of change."""
    _flushers[kind] = flusher


@contextmanager
def unit_of_work() -> Iterator[None]:
    """The transaction of a service; may be nested, the outermost one announces."""
    if _touched.kinds is not None:
        with transaction.atomic():
            yield
        return
    _touched.kinds = {}
    try:
        with transaction.atomic():
            yield
            _flush()
            _touched.kinds = None  # what runs after the commit begins a unit of its own
    finally:
        _touched.kinds = None


def touch(kind: str, pk: int) -> None:
    """Say that the row with this key changed; cheap, may be repeated."""
    if _touched.kinds is None:
        raise NoUnitOfWorkError(kind)
    _touched.kinds.setdefault(kind, {})[pk] = None


def _flush() -> None:
    while _touched.kinds:
        kind = next(iter(_touched.kinds))
        ids = sorted(_touched.kinds.pop(kind))  # one order for all: no two wait for each other
        flusher = _flushers.get(kind)
        if flusher is not None:
            flusher(ids)
