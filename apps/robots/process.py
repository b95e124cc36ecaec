"""Runs one robot in this process: Ctrl-C and SIGTERM hang up, errors become one sentence."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable

from apps.robots.errors import RobotError
from apps.robots.inbox import Inbox
from apps.robots.report import Outcome, Report

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

Robot = Callable[[Report, Inbox], Awaitable[Outcome]]


def run(robot: Robot) -> Outcome:
    """Run `robot` to its end and return the exit code; facts to stdout, the error to stderr."""
    try:
        return asyncio.run(_run(robot))
    except RobotError as error:
        print(error, file=sys.stderr, flush=True)  # noqa: T201
        return Outcome.NOT_CONNECTED


async def _run(robot: Robot) -> Outcome:
    inbox = Inbox()
    loop = asyncio.get_running_loop()
    for wish in STOP_SIGNALS:
        loop.add_signal_handler(wish, _stop, loop, inbox)
    return await robot(Report(sys.stdout), inbox)


def _stop(loop: asyncio.AbstractEventLoop, inbox: Inbox) -> None:
    """Hang up at the first signal; a second one ends a process that cannot."""
    for wish in STOP_SIGNALS:
        loop.remove_signal_handler(wish)
    inbox.stop()
