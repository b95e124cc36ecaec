"""Sends messages to Redis; a message that cannot be sent is forgotten, because it is a hint."""

import json
import logging
import threading
import time

from redis.exceptions import RedisError

from apps.core.bus.clients import channel, client
from apps.core.bus.hub import Message

PATIENCE = 0.5  # seconds for one PUBLISH; a stopped Redis must not stop who publishes
PAUSE = 1.0  # seconds between attempts while nothing can be sent

_log = logging.getLogger(__name__)


class Publisher:
    """Used by any thread. During an outage one thread a second tries, all others go on at once."""

    def __init__(self, url: str) -> None:
        self._client = client(url, patience=PATIENCE)
        self._lock = threading.Lock()
        self._is_failing = False
        self._next_try = 0.0

    def send(self, topic: str, message: Message) -> None:
        data = json.dumps(message)
        if not self._may_try():
            return
        try:
            self._client.publish(channel(self._client, topic), data)
        except (RedisError, OSError) as error:
            self._failed(error)
        else:
            self.worked()

    def close(self) -> None:
        self._client.close()

    def worked(self) -> None:
        """Redis answers (again); also told by the subscriber, who may know it sooner."""
        with self._lock:
            was_failing, self._is_failing = self._is_failing, False
        if was_failing:
            _log.warning("Messages can be sent again")

    def _may_try(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if not self._is_failing:
                return True
            if now < self._next_try:
                return False
            self._next_try = now + PAUSE
            return True

    def _failed(self, error: Exception) -> None:
        with self._lock:
            was_failing, self._is_failing = self._is_failing, True
            self._next_try = time.monotonic() + PAUSE
        if not was_failing:
            _log.warning("Redis does not take messages (%s); pages heal by looking", error)
