"""How many web threads may compute at the same time in a process that carries audio too.

The interpreter runs one thread at a time anyway; each more that wants it lengthens the wait of the
loop that carries the sound (measured: docs/adr/0014). Whoever waits for something else, the body of
a request, the client, the turn at the database, leaves the lane meanwhile, so that a slow client
keeps nobody else out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

HTTP_THREADS = 6
LANES = 2  # one slow view, a password being hashed, does not stop all others

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_here = threading.local()


@contextmanager
def outside() -> Iterator[None]:
    """Wait for something here; nothing happens in a thread that is in no lane."""
    lanes: threading.Semaphore | None = getattr(_here, "lanes", None)
    if lanes is None:
        yield
        return
    _leave(lanes)
    try:
        yield
    finally:
        _enter(lanes)


def _enter(lanes: threading.Semaphore) -> None:
    lanes.acquire()
    _here.lanes = lanes


def _leave(lanes: threading.Semaphore) -> None:
    _here.lanes = None
    lanes.release()


@contextmanager
def _inside(lanes: threading.Semaphore) -> Iterator[None]:
    _enter(lanes)
    try:
        yield
    finally:
        _leave(lanes)


class InLanes:
    """A WSGI application whose requests compute `width` at a time."""

    def __init__(self, application: Application, *, width: int = LANES) -> None:
        self._application = application
        self._lanes = threading.Semaphore(width)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(*head: Any) -> Any:
            with outside():
                return start_response(*head)

        with _inside(self._lanes):
            body = BodyOutside(environ["wsgi.input"])
            return AnswerInLane(
                self._application(environ | {"wsgi.input": body}, start), lanes=self._lanes
            )


class BodyOutside:
    """The body of a request: its bytes may be long in coming."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, *size: int) -> bytes:
        with outside():
            return bytes(self._body.read(*size))

    def readline(self, *limit: int) -> bytes:
        with outside():
            return bytes(self._body.readline(*limit))

    def readlines(self, *hint: int) -> list[bytes]:
        with outside():
            return list(self._body.readlines(*hint))

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line


class AnswerInLane:
    """The body of an answer: each part is made in a lane, and sent outside."""

    def __init__(self, parts: Iterable[bytes], *, lanes: threading.Semaphore) -> None:
        self._parts, self._lanes = parts, lanes

    def __iter__(self) -> Iterator[bytes]:
        parts = iter(self._parts)
        while True:
            with _inside(self._lanes):
                part = next(parts, None)
            if part is None:
                return
            yield part

    def close(self) -> None:
        close = getattr(self._parts, "close", None)
        if close is not None:
            with _inside(self._lanes):
                close()
