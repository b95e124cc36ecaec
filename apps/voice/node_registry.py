"""Control's ear for the media nodes: heartbeats become rows, silence becomes a loss."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DataError, IntegrityError

from apps.contacts.domain.nodes import Heartbeat, NodeWatch
from apps.contacts.services import nodes, recovery
from apps.core import bus, clock
from apps.core.process import PROCESS
from apps.voice.wire import ECHO, HEARTBEATS

_log = logging.getLogger(__name__)


class NodeRegistry:
    """Listens from its making on; `look` and `write` are called each second by control's thread."""

    def __init__(
        self, *, judges_silence: bool, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`judges_silence` False: the node is in this process, and dies only with it."""
        self._judges_silence = judges_silence
        self._monotonic = monotonic
        self._watch = NodeWatch(at=monotonic(), silence_seconds=settings.MEDIA_NODE_SILENCE_SECONDS)
        self._looked_at: float | None = None  # None: nobody can be blamed now
        self._ends = [
            bus.subscribe(HEARTBEATS, self._heard),
            bus.subscribe(ECHO, self._echoed),
        ]

    def close(self) -> None:
        for end in self._ends:
            end()

    def look(self) -> None:
        """Ask ourselves whether we hear; every control does so, that it may lead at any time."""
        at = self._monotonic()
        self._looked_at = at if self._watch.look(at=at) else None
        bus.publish_now(ECHO, {"process": PROCESS})

    def write(self) -> None:
        """Register who spoke, give up who was silent, move the calls of who is gone."""
        for beat in self._watch.news():
            self._write_down(beat)
        if self._judges_silence and self._looked_at is not None:
            self._give_up_silent(at=self._looked_at)
        recovery.move_calls()

    def _write_down(self, beat: Heartbeat) -> None:
        """What cannot be kept is that node's fault; the deadlines of all calls wait for us."""
        try:
            nodes.heard(beat, now=clock.now())
        except (DataError, IntegrityError, ValueError):
            _log.exception("What the media node %s says of itself cannot be kept", beat.slot)

    def _give_up_silent(self, *, at: float) -> None:
        """As of the look: what stood still since then was our own database, or Redis."""
        for slot in nodes.living():
            if self._watch.is_silent(slot, at=at) and nodes.lost(slot, now=clock.now()):
                _log.error("The media node %s is silent; its calls move", slot)

    def _heard(self, message: bus.Message) -> None:
        self._watch.heard(Heartbeat.from_dict(message), at=self._monotonic())

    def _echoed(self, message: bus.Message) -> None:
        if message.get("process") == PROCESS:
            self._watch.echoed(at=self._monotonic())
