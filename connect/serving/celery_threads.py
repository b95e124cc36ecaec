"""Celery inside the server's process: a worker and the beat, each in a thread of its own."""

from __future__ import annotations

import threading
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService, Scheduler
from celery.worker import WorkController

from connect.serving.errors import PartFailedError

START_SECONDS = 60.0


class CeleryThreads:
    """Start and stop both; what is still queued at the stop is lost, as in a crash.

    Nothing relies on it: every deadline is a row, and a sweep finds what is due.
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
        if self._beat is not None:
            self._beat.stop()
        if self._worker is not None and self._thread.is_alive():
            self._worker.stop()
            self._thread.join()

    def _work(self) -> None:
        try:
            self._worker = WorkController(
                app=self._app,
                hostname=f"{self._name}@connect",
                pool_cls="threads",
                concurrency=self._concurrency,
                ready_callback=self._is_consuming,
                # There is no second worker to talk to, and no broker that could go away.
                without_gossip=True,
                without_mingle=True,
                without_heartbeat=True,
            )
            self._worker.start()
        finally:
            self._told.set()

    def _is_consuming(self, _consumer: object) -> None:
        self._consuming = True
        self._told.set()
