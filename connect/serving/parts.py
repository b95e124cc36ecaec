"""A part of the house: a name that /health shows, and how it starts and stops in the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """`start` returns when the part works; `stop` may be called even if `start` failed."""

    name: str
    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]]


def threaded(name: str, *, start: Callable[[], None], stop: Callable[[], None]) -> Part:
    """A part with blocking functions: they run in a thread, the loop goes on."""
    return Part(name, lambda: asyncio.to_thread(start), lambda: asyncio.to_thread(stop))
