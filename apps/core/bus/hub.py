"""This process's own subscribers: who wants which topic, and who wants to know of a reconnect."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Message = dict[str, Any]
Callback = Callable[[Message], None]
End = Callable[[], None]

_log = logging.getLogger(__name__)


class Hub:
    """Used from any thread; callbacks run in the thread that delivers, so they must be quick."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: dict[str, list[Callback]] = {}
        self._reconnected: list[Callable[[], None]] = []

    def subscribe(self, topic: str, callback: Callback) -> End:
        """Register a callback; returns the function that ends the subscription."""
        with self._lock:
            self._subscribers.setdefault(topic, []).append(callback)

        def unsubscribe() -> None:
            with self._lock, suppress(ValueError):
                self._subscribers.get(topic, []).remove(callback)
                if not self._subscribers.get(topic):
                    self._subscribers.pop(topic, None)

        return unsubscribe

    def on_reconnected(self, callback: Callable[[], None]) -> End:
        """Register what is to be done when messages may have been lost."""
        with self._lock:
            self._reconnected.append(callback)

        def unsubscribe() -> None:
            with self._lock, suppress(ValueError):
                self._reconnected.remove(callback)

        return unsubscribe

    def wants(self, topic: str) -> bool:
        """Whether anybody here listens to the topic."""
        with self._lock:
            return topic in self._subscribers

    def deliver(self, topic: str, message: Message) -> None:
        """Hand a message to all subscribers; one that fails does not keep it from the others."""
        with self._lock:
            callbacks = list(self._subscribers.get(topic, ()))
        for callback in callbacks:
            try:
                callback(message)
            except Exception:
                _log.exception("A subscriber of %s failed", topic)

    def resync(self) -> None:
        """Tell everybody who asked that messages may have been lost."""
        with self._lock:
            callbacks = list(self._reconnected)
        for callback in callbacks:
            try:
                callback()
            except Exception:
                _log.exception("A subscriber could not catch up after a reconnect")


hub = Hub()
