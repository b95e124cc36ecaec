"""Celery tasks are sent by name after commit, so services need not import tasks (no import circle).

With many processes a name is all the sender knows: only a worker imports the tasks. In the one
process they are in its registry, and the call by way of it is what eager tests take over.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction

WAITING_AT_MOST = 1000

_log = logging.getLogger(__name__)


def enqueue(name: str, **ids: Any) -> None:
    """Send the task registered under `name` once the surrounding transaction has committed.

    What cannot be sent is dropped: a job is a wake-up, and what is to be done is a row.
    """
    transaction.on_commit(lambda: _send(name, ids), robust=True)


def _send(name: str, ids: dict[str, Any]) -> None:
    if settings.IS_SCALE_OUT:
        _sender.send(name, ids)
    else:
        current_app.tasks[name].delay(**ids)


class Sender:
    """Sends in a thread of its own, in order.

    Sending to a broker that stands still was measured to take 25 seconds; a call must not wait.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jobs")
        self._room = threading.BoundedSemaphore(WAITING_AT_MOST)

    def send(self, name: str, ids: dict[str, Any]) -> None:
        if self._room.acquire(blocking=False):
            self._executor.submit(self._deliver, name, ids)
        else:
            _log.error("The job %s was dropped: the broker takes none", name)

    def _deliver(self, name: str, ids: dict[str, Any]) -> None:
        try:
            current_app.send_task(name, kwargs=ids)
        except Exception as error:
            _log.error("The job %s could not be sent: %s", name, error)
        finally:
            self._room.release()


_sender = Sender()
