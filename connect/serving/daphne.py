"""Daphne as we use it: built in our process, its loop is the loop of the whole house.

The only file that touches Daphne and Twisted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from twisted.internet import defer, reactor
from twisted.logger import LogLevel, formatEvent, globalLogPublisher

from apps.core.uploads import DROPPED_BODY, LARGEST_BODY
from connect.serving.errors import PortInUseError
from connect.serving.ports import port_error

_log = logging.getLogger(__name__)


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """Takes no larger body than anybody here wants: Daphne hands all of it over in memory.

    What is too much is read to its end and thrown away, because a browser that is cut off while
    it sends shows its own error and not our answer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As Twisted makes it."""
        super().__init__(*args, **kwargs)
        self._received = 0

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's hook
        """The length that the headers tell; None for a body in chunks."""
        self._received = length if length and length > LARGEST_BODY else 0
        super().gotLength(0 if self._received else length)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's hook
        """Keep a part of the body, unless it is too much."""
        self._received += len(data)
        if self._received <= LARGEST_BODY:
            super().handleContentChunk(data)

    def process(self) -> None:
        """Twisted's hook: the request is whole; nobody but us says that its body is not."""
        self.requestHeaders.removeHeader(DROPPED_BODY)
        if self._received > LARGEST_BODY:
            self._drop_body()
        super().process()

    def _drop_body(self) -> None:
        """Let the application answer, which knows what the person was about."""
        self.content.seek(0)
        self.content.truncate()
        self.requestHeaders.removeHeader("Transfer-Encoding")
        self.requestHeaders.setRawHeaders("Content-Length", ["0"])
        self.requestHeaders.setRawHeaders(DROPPED_BODY, ["1"])


class BoundedFactory(HTTPFactory):  # type: ignore[misc]
    """Makes `BoundedRequest` of what comes in."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's hook
        """For one connection."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol


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

    @property
    def http_factory(self) -> BoundedFactory:
        """What makes the HTTP connections."""
        return self._http_factory

    @http_factory.setter
    def http_factory(self, _of_daphne: HTTPFactory) -> None:
        """Daphne makes its own when it begins to run; ours takes its place."""
        self._http_factory = BoundedFactory(self)

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
