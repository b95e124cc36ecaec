"""Web threads take turns at computing, and whoever waits keeps nobody out."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connect.lanes import Environ, InLanes
from connect.sqlite.gate import FifoGate, Turn

pytestmark = pytest.mark.domain

PATIENCE = 60  # seconds; a bound for hangs, never a measure


class Body:
    """A request's body that is long in coming: `come` brings it."""

    def __init__(self, come: Callable[[], None]) -> None:
        self._come = come

    def read(self, *_size: int) -> bytes:
        self._come()
        return b"body"


def nothing(*_head: Any) -> None:
    """What a server does with the head of an answer."""


def ask(site: InLanes, *, body: Any = None, start: Callable[..., Any] = nothing) -> list[bytes]:
    answer = site({"wsgi.input": body}, start)
    try:
        return list(answer)
    finally:
        answer.close()  # type: ignore[attr-defined]


def elsewhere(work: Callable[[], object]) -> None:
    """Do it in another thread, to its end."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "a lane is not free"


def hello(_environ: Environ, _start: Callable[..., Any]) -> list[bytes]:
    return [b"hello"]


def test_no_more_than_the_width_compute_at_once() -> None:
    pair, lock = threading.Barrier(2, timeout=PATIENCE), threading.Lock()
    inside, most = 0, 0

    def view(_environ: Environ, _start: Callable[..., Any]) -> list[bytes]:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        pair.wait()
        with lock:
            inside -= 1
        pair.wait()
        return []

    site = InLanes(view, width=2)
    threads = [threading.Thread(target=ask, args=(site,), daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert (inside, most) == (0, 2)


def other_requests(site: InLanes) -> Callable[..., None]:
    """Something to wait for that ends only if another request can be served meanwhile."""
    return lambda *_head: elsewhere(lambda: ask(site))


def test_who_waits_for_the_body_of_a_request_keeps_nobody_out() -> None:
    def view(environ: Environ, _start: Callable[..., Any]) -> list[bytes]:
        return [environ["wsgi.input"].read()]

    site = InLanes(view, width=1)
    slow = Body(lambda: elsewhere(lambda: ask(site, body=Body(lambda: None))))

    assert ask(site, body=slow) == [b"body"]


def test_who_sends_the_head_of_an_answer_keeps_nobody_out() -> None:
    def view(_environ: Environ, start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])
        return [b"hello"]

    site = InLanes(view, width=1)

    assert ask(site, start=other_requests(InLanes(hello, width=1))) == [b"hello"]
    assert ask(site, start=lambda *_head: elsewhere(lambda: ask(site))) == [b"hello"]


def test_who_sends_a_part_of_an_answer_keeps_nobody_out() -> None:
    def view(_environ: Environ, _start: Callable[..., Any]) -> Iterator[bytes]:
        yield from (b"one", b"two")

    site = InLanes(view, width=1)
    parts = []
    for part in site({"wsgi.input": None}, nothing):
        elsewhere(lambda: ask(site))
        parts.append(part)

    assert parts == [b"one", b"two"]


def test_who_waits_for_the_turn_at_the_database_keeps_nobody_out() -> None:
    gate = FifoGate()
    writer, reader = (Turn(is_abandoned=lambda: False, clean_up=lambda: None) for _ in range(2))
    gate.enter(writer, timeout=PATIENCE)

    def view(environ: Environ, _start: Callable[..., Any]) -> list[bytes]:
        if environ["wsgi.input"].read() == b"body":
            gate.enter(reader, timeout=PATIENCE)
        else:
            gate.leave(writer)
        return [b"done"]

    class NoBody(Body):
        def read(self, *_size: int) -> bytes:
            return b""

    site = InLanes(view, width=1)
    waiting = threading.Thread(target=ask, args=(site,), kwargs={"body": Body(lambda: None)})
    waiting.start()
    while not gate.waiting():
        pass
    elsewhere(lambda: ask(site, body=NoBody(lambda: None)))
    waiting.join(PATIENCE)

    assert not waiting.is_alive()


def test_a_view_that_fails_leaves_its_lane() -> None:
    def view(_environ: Environ, _start: Callable[..., Any]) -> list[bytes]:
        raise RuntimeError("broken")

    site = InLanes(view, width=1)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            ask(site)
