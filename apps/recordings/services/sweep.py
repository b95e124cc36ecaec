"""What crashes left behind: files not made, files not removed (R-09)."""

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


def ask_for_leftovers() -> None:
    """Called by control at its start and every minute; the work itself is not for its thread."""
    core_jobs.enqueue(jobs.SWEEP)


def tidy() -> None:
    """Remove deleted files, journals whose file is there, and what was never renamed."""
    with unscoped("the sweep serves all instances"):
        deleted = Recording.objects.filter(state=Recording.State.DELETED).exclude(key="")
        for recording in deleted:
            deleting.erase(recording)
        for recording in Recording.objects.filter(public_id__in=_journals(), state__in=OVER):
            deleting.forget_journals(recording)
    sweep_staging(older_than=(clock.now() - STAGED_AT_MOST).timestamp())


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
