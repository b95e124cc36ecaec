"""Says for this process that it lives; run by every process that holds panels' sockets."""

import logging
import threading

from django.db import close_old_connections

from apps.agents.services.leases import renew_lease
from apps.core import clock
from apps.core.process import PROCESS

EVERY_SECONDS = 2.0  # a lease lasts six times as long

_log = logging.getLogger(__name__)


class LeaseKeeper:
    """A thread of its own: a lease must not wait for a busy pool."""

    def __init__(self) -> None:
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    def start(self) -> None:
        """Return when the lease is written, so that no panel is ever without one."""
        renew_lease(PROCESS, now=clock.now())
        close_old_connections()
        self._thread.start()

    def stop(self) -> None:
        self._is_stopping.set()
        if self._thread.is_alive():
            self._thread.join(EVERY_SECONDS)

    def _run(self) -> None:
        while not self._is_stopping.wait(EVERY_SECONDS):
            try:
                close_old_connections()
                renew_lease(PROCESS, now=clock.now())
            except Exception as error:  # the database is away; the next attempt will do
                _log.warning("The lease of this process could not be renewed: %s", error)
        close_old_connections()
