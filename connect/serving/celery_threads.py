"""Celery inside the server's process: a worker and the beat, each in a thread of its own."""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService, Scheduler
from celery.worker import WorkController

from connect.health import READY, WAITING, readiness
from connect.serving.errors import PartFailedError

WORKER = "worker"
START_SECONDS = 60.0
PAUSE_SECONDS = 1.0  # before a worker that ended is replaced

_log = logging.getLogger(__name__)


class CeleryThreads:
    """Start and stop both; what is still queued at the stop is lost, as in a crash.

    Nothing relies on it: every deadline is a row, and a sweep finds what is due. A worker that
    ends unasked is replaced, and `/health` says so meanwhile: calls of this process go on.
    """

    def __init__(self, app: Celery, *, name: str = "embedded", concurrency: int = 3) -> None:
        """`concurrency` is the number of tasks that run at the same time.

        Making recordings and creating many users each keep one busy for minutes; one is left.
        """
        self._name = name
        self._app = app
        self._concurrency = concurrency
        self._told = threading.Event()
        self._consuming = False
        self._is_stopping = threading.Event()
        self._worker: Any = None
        self._thread = threading.Thread(target=self._work, name="celery-worker", daemon=True)
        self._beat: Any = None

    def start(self) -> None:
        """Return when the worker takes tasks; raises `PartFailedError`."""
        self._thread.start()
        if not self._told.wait(START_SECONDS) or not self._consuming:
            raise PartFailedError("The Celery worker did not start; its log tells why.")
        self._beat = EmbeddedService(self._app, thread=True, scheduler_cls=Scheduler)
        self._beat.start()

    def stop(self) -> None:
        """Finish the tasks that run and end both threads."""
        self._is_stopping.set()
        if self._beat is not None:
            self._beat.stop()
        if self._worker is not None and self._thread.is_alive():
            self._worker.stop()
            self._thread.join()

    def _work(self) -> None:
        """One worker after another; the first has to begin, or the part has failed."""
        self._take_tasks()
        self._told.set()
        while self._consuming and not self._is_stopping.is_set():
            readiness.mark(WORKER, WAITING)
            _log.error("The Celery worker has ended; another one begins")
            if not self._is_stopping.wait(PAUSE_SECONDS):
                self._take_tasks()

    def _take_tasks(self) -> None:
        """Return when the worker has ended, for whatever reason."""
        try:
            self._worker = WorkController(
                app=self._app,
                hostname=f"{self._name}@connect",
                pool_cls="threads",
                concurrency=self._concurrency,
                ready_callback=self._is_consuming,
                # There is no other worker that this one has to know.
                without_gossip=True,
                without_mingle=True,
                without_heartbeat=True,
            )
            self._worker.start()
        except Exception:
            _log.exception("The Celery worker could not begin")

    def _is_consuming(self, _consumer: object) -> None:
        self._consuming = True
        self._told.set()
        readiness.mark(WORKER, READY)
