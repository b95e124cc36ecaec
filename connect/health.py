"""What of the house stands, said once for `/health`, the `Ready:` line and the shutdown."""

from __future__ import annotations

import threading
from collections.abc import Iterable

WAITING = "waiting"
READY = "ready"
STOPPED = "stopped"


class Readiness:
    """States of the expected parts, written by any thread; ready when all of them are."""

    def __init__(self) -> None:
        """No part is expected yet, so the house is starting."""
        self._lock = threading.Lock()
        self._parts: dict[str, str] = {}
        self._stopping = False

    def expect(self, parts: Iterable[str]) -> None:
        """Name the parts that must be ready; forgets an earlier start."""
        with self._lock:
            self._parts = dict.fromkeys(parts, WAITING)
            self._stopping = False

    def mark(self, part: str, state: str) -> None:
        """Set a part's state: waiting, ready or stopped."""
        with self._lock:
            self._parts[part] = state

    def stop(self) -> None:
        """Say from now on that the house is going down."""
        with self._lock:
            self._stopping = True

    def report(self) -> tuple[str, dict[str, str]]:
        """The whole (starting, ready, stopping) and each part's state."""
        with self._lock:
            parts = dict(self._parts)
            stopping = self._stopping
        if stopping:
            return "stopping", parts
        stands = bool(parts) and all(state == READY for state in parts.values())
        return ("ready" if stands else "starting"), parts


readiness = Readiness()
