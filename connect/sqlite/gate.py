"""First come, first served: who may write to one SQLite file in this process.

SQLite's own wait for the write lock sleeps and retries, so that under load one thread can starve
for seconds. Here a writer waits in line, and the one who leaves hands the turn to the next.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from connect import lanes

# How often somebody in line looks whether the writer in front of it still lives.
LOOK_SECONDS = 1.0


class GateTimeoutError(Exception):
    """The writers in front did not finish in time."""

    code = "database_busy"


@dataclass(eq=False)
class Turn:
    """One stay at the gate. `is_abandoned` and `clean_up` serve a writer that vanished.

    Both are called by another thread, with the gate locked: they must be quick and not wait.
    """

    is_abandoned: Callable[[], bool]
    clean_up: Callable[[], None]
    given: threading.Event = field(default_factory=threading.Event)


class FifoGate:
    """Lets one turn in at a time, in the order of arrival."""

    def __init__(self) -> None:
        """An empty gate."""
        self._lock = threading.Lock()
        self._inside: Turn | None = None
        self._line: deque[Turn] = deque()

    def enter(self, turn: Turn, *, timeout: float) -> None:
        """Wait in line for at most `timeout` seconds; raises `GateTimeoutError`."""
        with self._lock:
            self._line.append(turn)
            self._let_in()
        try:
            if not turn.given.is_set():
                with lanes.outside():
                    self._wait(turn, deadline=time.monotonic() + timeout)
        except BaseException:
            self.leave(turn)
            raise

    def leave(self, turn: Turn) -> None:
        """End the turn, inside or still in line, and let the next one in; harmless when over."""
        with self._lock:
            if self._inside is turn:
                self._inside = None
            elif turn in self._line:
                self._line.remove(turn)
            self._let_in()

    def waiting(self) -> int:
        """How many stand in line."""
        with self._lock:
            return len(self._line)

    def _wait(self, turn: Turn, *, deadline: float) -> None:
        while not turn.given.is_set():
            self._send_the_vanished_away()
            left = deadline - time.monotonic()
            if left <= 0:
                raise GateTimeoutError("database is locked: the writers in front did not finish")
            turn.given.wait(min(left, LOOK_SECONDS))

    def _send_the_vanished_away(self) -> None:
        with self._lock:
            if self._inside is not None and self._inside.is_abandoned():
                self._inside.clean_up()
                self._inside = None
                self._let_in()

    def _let_in(self) -> None:
        """Give the free turn to the first in line; call with the lock held."""
        if self._inside is None and self._line:
            self._inside = self._line.popleft()
            self._inside.given.set()


_gates: dict[Path, FifoGate] = {}
_gates_lock = threading.Lock()


def gate_of(database: Path) -> FifoGate:
    """The one gate of a database file in this process, by its real path."""
    with _gates_lock:
        return _gates.setdefault(database.resolve(), FifoGate())
