"""systemd's readiness protocol (sd_notify(3)), where a service manager asks for it."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress

from connect.serving.parts import Part


def systemd_part() -> Part | None:
    """The last part to start and the first to stop; None when nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return None
    notifier = Notifier(address, watchdog_seconds=_watchdog_seconds())
    return Part("systemd", notifier.start, notifier.stop)


class Notifier:
    """Says READY=1, then WATCHDOG=1 as long as the loop turns, then STOPPING=1."""

    def __init__(self, address: str, *, watchdog_seconds: float | None) -> None:
        """An address that begins with @ is an abstract one."""
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._watchdog_seconds = watchdog_seconds
        self._watchdog: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Ready; from now on silence of twice the interval is a failure."""
        self.say("READY=1")
        if self._watchdog_seconds is not None:
            self._watchdog = asyncio.get_running_loop().create_task(
                self._live(self._watchdog_seconds / 2)
            )

    async def stop(self) -> None:
        """On the way down; the time limit of the unit counts from here."""
        self.say("STOPPING=1")
        if self._watchdog is not None:
            self._watchdog.cancel()

    def say(self, state: str) -> None:
        """One datagram; a service manager that is gone is no reason to fail."""
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(state.encode(), self._address)

    async def _live(self, interval: float) -> None:
        while True:
            self.say("WATCHDOG=1")
            await asyncio.sleep(interval)


def _watchdog_seconds() -> float | None:
    text = os.environ.get("WATCHDOG_USEC", "")
    meant_for = os.environ.get("WATCHDOG_PID", "")
    if not text.isdigit() or meant_for not in ("", str(os.getpid())):
        return None
    return int(text) / 1_000_000
