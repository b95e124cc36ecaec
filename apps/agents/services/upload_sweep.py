"""What crashes and people left behind: jobs to be begun anew, files to be removed."""

from datetime import datetime, timedelta

from apps.agents import jobs
from apps.agents.models import UserUpload
from apps.agents.models.upload import AT_WORK, ON_THEIR_WAY
from apps.agents.services import upload_files
from apps.agents.services.upload_states import locked, move
from apps.core.jobs import enqueue
from apps.core.unit_of_work import unit_of_work
from apps.instances.scope import unscoped

WORKER_SILENT_AFTER = timedelta(seconds=60)
KEPT_UNCONFIRMED = timedelta(hours=1)
WORKED_ON_AT_MOST = timedelta(hours=6)
LISTED_FOR = timedelta(days=30)

_JOBS = {
    UserUpload.State.CHECKING: jobs.CHECK_UPLOAD,
    UserUpload.State.RUNNING: jobs.CREATE_USERS,
}


def ask_for_uploads() -> None:
    """Called by control at its start and every minute; the work itself is not for its thread."""
    enqueue(jobs.SWEEP_UPLOADS)


def tidy(*, now: datetime) -> None:
    """Go on with what stands still, give up what nobody confirmed, and forget what is old."""
    with unscoped("the sweep serves all instances"):
        on_their_way = UserUpload.objects.filter(state__in=ON_THEIR_WAY)
        for upload in on_their_way.filter(seen_at__lt=now - WORKER_SILENT_AFTER):
            _tidy(upload, now=now)
        UserUpload.objects.filter(created_at__lt=now - LISTED_FOR).exclude(
            state__in=ON_THEIR_WAY
        ).delete()
        keys = set(on_their_way.values_list("public_id", flat=True))
    upload_files.forget_all_but(keys, older_than=now - KEPT_UNCONFIRMED)


def _tidy(upload: UserUpload, *, now: datetime) -> None:
    is_at_work = upload.state in AT_WORK
    if upload.created_at < now - (WORKED_ON_AT_MOST if is_at_work else KEPT_UNCONFIRMED):
        _give_up(upload)
    elif is_at_work:
        enqueue(_JOBS[UserUpload.State(upload.state)], upload_id=upload.pk)


def _give_up(upload: UserUpload) -> None:
    with unit_of_work():
        fresh = locked(upload.pk)
        if fresh.state == upload.state:
            move(fresh, UserUpload.State.CANCELLED)
