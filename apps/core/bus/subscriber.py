"""One subscription per process, in a thread that comes back by itself."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from apps.core.bus.clients import channel, client
from apps.core.bus.hub import Hub, Message

PATIENCE = 1.0  # seconds for one answer
PING_EVERY = 0.5  # seconds without a message
SILENCE = 2.0  # seconds without any sign of life: the line is dead, whatever TCP says
PAUSES = (0.1, 0.2, 0.5, 1.0)  # seconds between attempts; then always the last
STOP_SECONDS = 5.0

_log = logging.getLogger(__name__)


def decode(data: bytes) -> Message:
    """Raises ValueError for what no process of ours sends."""
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError(data)
    return message


class Subscriber:
    """Hands to the hub what this process has subscribers for, and tells it of each reconnect."""

    def __init__(self, url: str, hub: Hub, *, on_connected: Callable[[], None]) -> None:
        self._client = client(url, patience=PATIENCE)
        self._hub = hub
        self._on_connected = on_connected
        self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
        self._is_stopping = threading.Event()
        self._is_connected = threading.Event()
        self._has_tried = threading.Event()

    def start(self) -> None:
        """Return when subscribed, or when the first attempt has failed: others follow."""
        self._thread.start()
        self._has_tried.wait()

    def stop(self) -> None:
        self._is_stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)
        self._client.close()

    def is_connected(self) -> bool:
        return self._is_connected.is_set()

    def _run(self) -> None:
        attempt = 0
        while not self._is_stopping.is_set():
            try:
                self._listen()
            except (RedisError, OSError) as error:
                attempt = 0 if self._lost(error) else attempt + 1
                self._has_tried.set()
                self._is_stopping.wait(PAUSES[min(attempt, len(PAUSES) - 1)])
            except Exception:
                _log.exception("The bus failed; it begins anew")
                self._is_connected.clear()
                self._is_stopping.wait(PAUSES[-1])
        self._is_connected.clear()

    def _lost(self, error: Exception) -> bool:
        """True when there was a connection; said once per outage."""
        was_connected = self._is_connected.is_set()
        self._is_connected.clear()
        if was_connected or not self._has_tried.is_set():
            _log.warning("The subscription to Redis is lost (%s); it is tried again", error)
        return was_connected

    def _listen(self) -> None:
        with self._client.pubsub() as line:  # type: ignore[no-untyped-call]
            line.psubscribe(channel(self._client, "*"))
            heard = time.monotonic()
            while not self._is_stopping.is_set():
                message = line.get_message(timeout=PING_EVERY)
                if message is not None:
                    heard = time.monotonic()
                    self._take(message)
                elif time.monotonic() - heard > SILENCE:
                    raise RedisConnectionError(f"no sign of life for {SILENCE} s")
                else:
                    line.ping()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "psubscribe":
            self._connected()
        elif message["type"] == "pmessage":
            topic = message["channel"].decode().removeprefix(channel(self._client, ""))
            if self._hub.wants(topic):  # what nobody here wants is dropped before it is decoded
                self._deliver(topic, message["data"])

    def _deliver(self, topic: str, data: bytes) -> None:
        try:
            message = decode(data)
        except ValueError:
            _log.error(
                "A message to %s cannot be read; is another program using this Redis?", topic
            )
        else:
            self._hub.deliver(topic, message)

    def _connected(self) -> None:
        self._is_connected.set()
        self._has_tried.set()
        self._on_connected()
        self._hub.resync()
