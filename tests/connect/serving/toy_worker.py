"""A process with nothing in it but a toy app and our Celery threads; says what came true."""

import threading

from celery import Celery

from connect.serving.celery_threads import CeleryThreads

PATIENCE = 60  # seconds


def main() -> None:
    app = Celery("toy", broker="memory://", set_as_current=False)
    app.conf.update(
        broker_transport_options={"polling_interval": 0.02},
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
        print("ran", ran.wait(PATIENCE))  # noqa: T201 - the parent reads it
        print("ticked", ticked.wait(PATIENCE))  # noqa: T201
    finally:
        threads.stop()
    left = {"celery-worker", "Beat"} & {t.name for t in threading.enumerate() if t.is_alive()}
    print("left", sorted(left))  # noqa: T201


if __name__ == "__main__":
    main()
