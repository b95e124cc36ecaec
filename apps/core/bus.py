"""Announcements between the parts of one installation: synchronous, after commit, never awaited.

In one process a message goes straight to the subscribers' callbacks, in the publishing thread.
A message is a hint; truth is the database (architecture, decisions 7 and 10).
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import transaction

Message = dict[str, Any]
Callback = Callable[[Message], None]

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_subscribers: dict[str, list[Callback]] = {}


def publish(topic: str, message: Message) -> None:
    """Deliver to all subscribers of the topic once the surrounding transaction has committed."""
    transaction.on_commit(lambda: _deliver(topic, message), robust=True)


def subscribe(topic: str, callback: Callback) -> Callable[[], None]:
    """Register a callback; returns the function that ends the subscription."""
    with _lock:
        _subscribers.setdefault(topic, []).append(callback)

    def unsubscribe() -> None:
        with _lock, suppress(ValueError):
            _subscribers.get(topic, []).remove(callback)
            if not _subscribers.get(topic):
                _subscribers.pop(topic, None)

    return unsubscribe


def _deliver(topic: str, message: Message) -> None:
    with _lock:
        callbacks = list(_subscribers.get(topic, ()))
    for callback in callbacks:
        try:
            callback(message)
        except Exception:
            _log.exception("A subscriber of %s failed", topic)


class Mailbox:
    """A socket's bounded inbox: filled from any thread, read in one event loop.

    When a slow reader lets it fill up, the oldest messages go: every message on a live page is
    whole, so the newest is the one that counts.
    """

    def __init__(self, *topics: str, size: int = 32) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Message] = asyncio.Queue(size)
        self._ends = [subscribe(topic, self._put) for topic in topics]

    async def get(self) -> Message:
        return await self._queue.get()

    def close(self) -> None:
        for end in self._ends:
            end()
        self._ends.clear()

    def _put(self, message: Message) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is reading any more
            self._loop.call_soon_threadsafe(self._store, message)

    def _store(self, message: Message) -> None:
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(message)
