"""Our Celery threads on a Redis that refuses to write for a while; says what came true.

`python -m tests.connect.serving.refused_worker [gives-up]`: with the product's settings, on
CONNECT_REDIS_URL; `gives-up` takes Celery's patience away, so that its worker ends.
"""

import sys
import threading
import time
from collections.abc import Callable

import redis
from celery import Celery
from django.conf import settings

from connect.health import WAITING, readiness
from connect.serving.celery_threads import WORKER, CeleryThreads

PATIENCE = 60  # seconds


def say(what: str, came_true: bool) -> None:
    print(what, came_true, flush=True)  # noqa: T201 - the parent reads it


def until(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def main(*, gives_up: bool) -> None:
    app = Celery("toy", fixups=[], set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)
    if gives_up:
        app.conf.broker_channel_error_retry = False
    ran = threading.Event()

    @app.task(name="toy.run")
    def run() -> None:
        ran.set()

    server = redis.Redis.from_url(settings.REDIS_URL)

    def is_noticed() -> bool:
        """The worker has ended, or was refused more than once and still goes on."""
        if gives_up:
            return readiness.report()[1][WORKER] == WAITING
        refused = server.info("errorstats").get("errorstat_NOREPLICAS", {"count": 0})
        return int(refused["count"]) > 1

    threads = CeleryThreads(app)
    threads.start()
    server.config_set("min-replicas-to-write", 1)
    say("noticed", until(is_noticed))
    server.config_set("min-replicas-to-write", 0)
    run.delay()
    say("ran", ran.wait(PATIENCE))
    say("ready", until(lambda: readiness.report()[0] == "ready"))
    threads.stop()


if __name__ == "__main__":
    main(gives_up="gives-up" in sys.argv)
