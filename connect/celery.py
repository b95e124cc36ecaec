"""The Celery app: background work that is never on a call's path (architecture, decision 6)."""

from celery import Celery

app = Celery("connect")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Log lines keep the form of settings.LOGGING, in the worker too.
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)
app.autodiscover_tasks()
