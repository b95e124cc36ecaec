"""The control thread: sweeps deadlines each second and runs routing passes when asked."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from django.db import close_old_connections

from apps.agents.services.upload_sweep import ask_for_uploads
from apps.alarms.watch import Watch
from apps.contacts.services.routing import route
from apps.contacts.services.sweep import GAP, Sweeper, calls_behind
from apps.core import bus, clock
from apps.flows.selectors import speech_wanted_since
from apps.flows.services.assets import ask_again
from apps.instances.models import Instance
from apps.instances.scope import instance_scope, unscoped
from apps.recordings.services.sweep import ask_for_leftovers
from apps.users.services import end_expired_sessions
from apps.voice.leadership import Alone, Leadership
from apps.voice.node_registry import NodeRegistry
from apps.voice.services.desired import send
from apps.voice.trouble import Trouble
from apps.voice.wire import ALL_NODES

SWEEP_SECONDS = 1.0
ASK_AGAIN_EVERY = 60  # sweeps; a job may have died with its process
WATCHES_FOR = 3.0  # seconds after a sweep: who sweeps is the one that watches too
ROUTING_WANTED = "routing.wanted"

_log = logging.getLogger(__name__)


def announce_routing(instance_ids: list[int]) -> None:
    """Flusher of `routing`: ask control for a pass once this transaction has committed."""
    for instance_id in instance_ids:
        bus.publish(ROUTING_WANTED, {"instance": instance_id})


class Control:
    """In every control process; only the one that leads sweeps.

    `judges_silence`: media nodes are other processes, and one that says nothing is gone.
    `volume` names the data volume, for nodes that have to share it.
    """

    def __init__(
        self,
        *,
        leadership: Leadership | None = None,
        judges_silence: bool = False,
        volume: str = "",
    ) -> None:
        self._leadership = leadership or Alone()
        self._volume = volume
        self._nodes = NodeRegistry(judges_silence=judges_silence)
        self._wanted: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self._sweeper = Sweeper()
        self._watch = Watch(is_on_duty=self._has_just_swept)
        self._trouble = Trouble()
        self._is_stopping = threading.Event()
        self._unsubscribe = bus.subscribe(
            ROUTING_WANTED, lambda message: self._wanted.put(message["instance"])
        )
        self._sweeps = 0
        self._is_here = False  # swept last time, and has been at work since
        self._swept_at = -WATCHES_FOR
        self.has_swept = threading.Event()

    def start(self) -> None:
        self._thread.start()
        self._watch.start()

    def stop(self, *, within: float = 5.0) -> None:
        """Finish what is being done, then stop; waits no longer than `within` seconds."""
        self._is_stopping.set()
        self._unsubscribe()
        self._nodes.close()
        self._wanted.put(None)
        if self._thread.is_alive():
            self._thread.join(within)
        self._watch.stop(within=within)

    def _run(self) -> None:
        next_sweep = time.monotonic()
        while not self._is_stopping.is_set():
            for instance_id in self._rest_until(next_sweep):
                self._guarded(partial(self._route, instance_id))
            if time.monotonic() >= next_sweep:
                self._nodes.look()
                is_well = self._guarded(self._sweep_if_leading)
                self._trouble.sweep_ended(is_well=is_well, late=time.monotonic() - next_sweep)
                self.has_swept.set()
                next_sweep = max(next_sweep + SWEEP_SECONDS, time.monotonic())
        self._leadership.give_up()
        close_old_connections()

    def _rest_until(self, moment: float) -> list[int]:
        """As below. Who did not come back in time was away: stopped, or with the machine asleep."""
        since = clock.now()
        wanted = self._wanted_until(moment)
        if clock.now() - since > GAP:
            self._is_here = False
        return wanted

    def _wanted_until(self, moment: float) -> list[int]:
        """Instances that want a pass, each once; waits for one until the moment has come."""
        wanted: dict[int, None] = {}
        with suppress(queue.Empty):
            first = self._wanted.get(timeout=max(0.0, moment - time.monotonic()))
            while True:
                if first is not None:
                    wanted[first] = None
                first = self._wanted.get_nowait()
        return list(wanted)

    def _guarded(self, act: Callable[[], None]) -> bool:
        """Whether it went well."""
        try:
            act()
        except Exception:
            _log.exception("Control failed in one of its duties; it goes on")
            close_old_connections()
            return False
        return True

    def _sweep_if_leading(self) -> None:
        """The nodes hear of it: while no control reaches the database, they are on their own."""
        was_here, self._is_here = self._is_here, False
        if self._leadership.is_held():
            self._sweep(was_here=was_here)
            self._is_here = True
            bus.publish_now(ALL_NODES, {"kind": "control_alive", "volume": self._volume})

    def _sweep(self, *, was_here: bool = False) -> None:
        self._nodes.write()
        self._sweeper.run(was_here=was_here)
        end_expired_sessions()
        if self._sweeps % ASK_AGAIN_EVERY == 0:
            self._trouble.jobs_waiting_since(speech_wanted_since(), now=clock.now())
            ask_again(now=clock.now())
            ask_for_leftovers()
            ask_for_uploads()
        self._sweeps += 1
        with unscoped("the sweep serves all instances"):
            behind = calls_behind()
        for call in behind:
            with instance_scope(call.instance):
                send(call)
        self._trouble.calls_behind(behind, now=clock.now())
        self._swept_at = time.monotonic()

    def _has_just_swept(self) -> bool:
        """Rows that nobody swept may be behind their deadlines: no time to judge them."""
        return time.monotonic() - self._swept_at < WATCHES_FOR

    def _route(self, instance_id: int) -> None:
        instance = Instance.objects.get(pk=instance_id)
        with instance_scope(instance):
            route(instance)
