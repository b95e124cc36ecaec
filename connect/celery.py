"""The Celery app: background work that is never on a call's path (architecture, decision 6)."""

from contextlib import ExitStack
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun

from apps.core.acting import Actor, Door, acting

app = Celery("connect")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Log lines keep the form of settings.LOGGING, in the worker too.
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)
app.autodiscover_tasks()


@task_prerun.connect
def _begin_acting(task_id: str, task: Any, **_kwargs: Any) -> None:
    """What a job writes is the job's; `task_postrun` comes in any case, in the same thread."""
    task.request.acting = ExitStack()
    task.request.acting.enter_context(acting(Actor(Door.JOB, name=task.name, request_id=task_id)))


@task_postrun.connect
def _end_acting(task: Any, **_kwargs: Any) -> None:
    task.request.acting.close()
