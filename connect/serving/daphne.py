"""Daphne as we use it: built in our process, its loop is the loop of the whole house.

The only file that touches Daphne and Twisted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from twisted.internet import defer, reactor
from twisted.logger import LogLevel, formatEvent, globalLogPublisher

from connect.serving.errors import PortInUseError
from connect.serving.ports import port_error

_log = logging.getLogger(__name__)


class Edge(Server):  # type: ignore[misc]  # Daphne has no types
    """Listens on one address and runs the event loop in the main thread."""

    def __init__(self, application: Any, *, host: str, port: int) -> None:
        """`port` 0 takes a free one: `address` tells which."""
        super().__init__(
            application,
            endpoints=build_endpoint_description_strings(host=host, port=port),
            signal_handlers=False,  # ours stop the parts first
            server_name="connect",
        )
        self.address = (host, port)
        self.error: PortInUseError | None = None
        self._listening: list[Any] = []

    def run_until_stopped(self, begin: Callable[[], None]) -> None:
        """Listen, call `begin` inside the running loop, return after `stop`."""
        globalLogPublisher.addObserver(cast(Any, _show_errors))
        # Twisted calls this one before the loop turns; a zero delay moves `begin` into the loop.
        reactor.callWhenRunning(reactor.callLater, 0, begin)
        self.run()

    async def stop_listening(self) -> None:
        """Take no new connection from now on."""
        for port in self._listening:
            await defer.maybeDeferred(port.stopListening).asFuture(asyncio.get_running_loop())
        self._listening.clear()

    def listen_success(self, port: Any) -> None:
        """Daphne's hook: the address is ours."""
        super().listen_success(port)
        self._listening.append(port)
        self.address = (self.address[0], port.getHost().port)

    def listen_error(self, failure: Any) -> None:
        """Daphne's hook: keep the reason for whoever started us, and give up."""
        reason = getattr(failure.value, "socketError", failure.value)
        self.error = port_error(*self.address, str(getattr(reason, "strerror", reason)).lower())
        self.stop()

    def kill_all_applications(self) -> None:
        """Daphne's hook before the loop ends: the house has cancelled every task by then."""


def _show_errors(event: dict[str, Any]) -> None:
    """Daphne throws Twisted's log away; what went wrong inside it must be seen all the same."""
    if event["log_level"] >= LogLevel.error:
        failure = event.get("log_failure")
        trace = failure.getTraceback() if failure is not None else ""
        _log.error("%s%s", formatEvent(event), trace and f"\n{trace}")
