"""Control's end of the events of media nodes: taken from a Redis list, handled, acknowledged."""

import json
import logging
import threading

from django.db import close_old_connections
from redis.exceptions import RedisError

from apps.core import bus
from apps.media.events import event_from_dict
from apps.voice.services import media_events
from apps.voice.wire import EVENTS_LIST, reply_topic

THREADS = 4
LOOK_SECONDS = 1  # how long one look at an empty list lasts
PAUSE_SECONDS = 0.5  # after a failure of Redis
STOP_SECONDS = 5.0

_log = logging.getLogger(__name__)


class EventTakers:
    """A few threads; the row of the call keeps its events in order.

    An event that fails is not acknowledged, so its node sends it again.
    """

    def __init__(self) -> None:
        self._redis = bus.redis_client(patience=LOOK_SECONDS + 2.0)
        self._is_stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"events-{number}", daemon=True)
            for number in range(THREADS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is being handled, then stop."""
        self._is_stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(STOP_SECONDS)
        self._redis.close()

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            try:
                taken = self._redis.blpop([EVENTS_LIST], timeout=LOOK_SECONDS)
            except (RedisError, OSError):
                self._is_stopping.wait(PAUSE_SECONDS)
                continue
            if taken is not None:
                self._handle(taken[1])
        close_old_connections()

    def _handle(self, letter: bytes | str) -> None:
        close_old_connections()
        try:
            content = json.loads(letter)
            event = event_from_dict(content["event"])
            media_events.handle(event, boot_id=content["boot_id"])
        except Exception:
            _log.exception("A media event was not handled; its node sends it again")
            close_old_connections()
            return
        bus.publish_now(
            reply_topic(content["boot_id"]), {"call": event.call, "sequence": event.sequence}
        )
