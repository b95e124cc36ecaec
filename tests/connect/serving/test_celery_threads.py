"""Celery works inside our process: real worker and beat threads on the memory broker."""

from __future__ import annotations

import threading

import pytest
from celery import Celery

from connect.serving.celery_threads import CeleryThreads

pytestmark = pytest.mark.journey

PATIENCE = 60  # seconds


def test_the_worker_takes_tasks_once_started_the_beat_ticks_and_both_stop() -> None:
    app = Celery("toy", broker="memory://", set_as_current=False)
    app.conf.update(
        broker_transport_options={"polling_interval": 0.02},
        beat_scheduler="celery.beat:Scheduler",
        task_ignore_result=True,
        worker_hijack_root_logger=False,
        beat_schedule={"tick": {"task": "toy.tick", "schedule": 0.2}},
    )
    ran, ticked = threading.Event(), threading.Event()

    @app.task(name="toy.run")
    def run() -> None:
        ran.set()

    @app.task(name="toy.tick")
    def tick() -> None:
        ticked.set()

    threads = CeleryThreads(app)

    threads.start()
    try:
        run.delay()

        assert ran.wait(PATIENCE)
        assert ticked.wait(PATIENCE)
    finally:
        threads.stop()

    assert not {"celery-worker", "Beat"} & {t.name for t in threading.enumerate() if t.is_alive()}
