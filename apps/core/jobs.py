"""Celery tasks are sent by name after commit, so services need not import tasks (no import circle).

The name is looked up in the registry instead of `send_task`, because `send_task` would go to the
broker even when tasks run eagerly in tests.
"""

from typing import Any

from celery import current_app
from django.db import transaction


def enqueue(name: str, **ids: Any) -> None:
    """Send the task registered under `name` once the surrounding transaction has committed."""
    transaction.on_commit(lambda: current_app.tasks[name].delay(**ids), robust=True)
