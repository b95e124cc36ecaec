"""What crashes left behind: files not made, files not removed (R-09)."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from apps.core import clock
from apps.core import jobs as core_jobs
from apps.instances.scope import unscoped
from apps.recordings import jobs
from apps.recordings.models import Recording
from apps.recordings.services import deleting
from apps.recordings.storage import sweep_staging

OVER = (Recording.State.AVAILABLE, Recording.State.DELETED)
STAGED_AT_MOST = timedelta(days=1)
_log = logging.getLogger(__name__)


def ask_for_leftovers() -> None:
    """Called by control at its start and every minute; the work itself is not for its thread."""
    core_jobs.enqueue(jobs.SWEEP)


def tidy() -> None:
    """Remove deleted files, journals whose file is there, and what was never renamed."""
    with unscoped("the sweep serves all instances"):
        looked_after = Recording.objects.filter(state=Recording.State.DELETED, due_at__isnull=False)
        for recording in looked_after.select_related("contact", "instance").order_by():
            _remove(deleting.erase, recording)
        left = Recording.objects.filter(public_id__in=_journals(), state__in=OVER)
        for recording in left.order_by():
            _remove(deleting.forget_journals, recording)
    sweep_staging(older_than=(clock.now() - STAGED_AT_MOST).timestamp())


def _remove(files: Callable[[Recording], None], recording: Recording) -> None:
    """What cannot be removed is tried again, and keeps nobody else's files."""
    try:
        files(recording)
    except Exception:
        named = {"recording": str(recording.public_id)}
        _log.exception("Files of a recording were not removed", extra=named)


def _journals() -> list[UUID]:
    """The recordings that have a folder of journals."""
    folder = Path(settings.JOURNALS_DIR)
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    return [key for name in names if (key := _uuid(name)) is not None]


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
