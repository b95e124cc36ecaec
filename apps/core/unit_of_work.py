"""One service, one transaction, one announcement.

A service that changes an agent, a call or the routing situation says so with `touch()`. When the
outermost unit ends, still inside its transaction, the flusher registered for the kind runs once
with all touched ids: it builds the snapshot or desired state from rows that are about to be
committed and hands it to `bus.publish`, which sends after the commit.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

Flusher = Callable[[list[int]], None]

_flushers: dict[str, Flusher] = {}


@dataclass(slots=True)
class _Unit:
    touched: dict[str, dict[int, None]] = field(default_factory=dict)
    kept: dict[str, dict[Any, Any]] = field(default_factory=dict)


class _Here(threading.local):
    unit: _Unit | None = None


_here = _Here()


class NoUnitOfWorkError(RuntimeError):
    """A change was announced outside a transaction: it could be announced and then rolled back."""


def register_flusher(kind: str, flusher: Flusher) -> None:
    """Called in AppConfig.ready() by the app that announces this kind of change."""
    _flushers[kind] = flusher


@contextmanager
def unit_of_work() -> Iterator[None]:
    """The transaction of a service; may be nested, the outermost one announces."""
    if _here.unit is not None:
        with transaction.atomic():
            yield
        return
    _here.unit = unit = _Unit()
    try:
        with transaction.atomic():
            yield
            _flush(unit)
            _here.unit = None  # what runs after the commit begins a unit of its own
    finally:
        _here.unit = None


def touch(kind: str, pk: int) -> None:
    """Say that the row with this key changed; cheap, may be repeated."""
    if _here.unit is None:
        raise NoUnitOfWorkError(kind)
    _here.unit.touched.setdefault(kind, {})[pk] = None


def kept_in_unit(kind: str) -> dict[Any, Any]:
    """A notebook that lasts as long as the outermost unit; outside of one it is empty each time.

    A savepoint that is rolled back does not undo what was noted.
    """
    return {} if _here.unit is None else _here.unit.kept.setdefault(kind, {})


def _flush(unit: _Unit) -> None:
    while unit.touched:
        kind = next(iter(unit.touched))
        ids = sorted(unit.touched.pop(kind))  # one order for all: no two wait for each other
        flusher = _flushers.get(kind)
        if flusher is not None:
            flusher(ids)
