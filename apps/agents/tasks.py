import threading
from collections.abc import Callable

from celery import shared_task

from apps.agents import jobs
from apps.agents.models import UserUpload
from apps.agents.services import upload_sweep, upload_work
from apps.core import clock
from apps.core.acting import acting, actor
from apps.instances.scope import instance_scope, unscoped

_creating = threading.Lock()


@shared_task(name=jobs.CHECK_UPLOAD)
def check_upload(*, upload_id: int) -> None:
    """Look through a file of people."""
    _work_on(upload_id, upload_work.check_upload)


@shared_task(name=jobs.CREATE_USERS)
def create_users(*, upload_id: int) -> None:
    """Create the people of a confirmed file.

    One at a time in each process: it takes minutes, and prompts that callers wait for would find
    no thread. Who comes meanwhile is called again by the sweep.
    """
    if not _creating.acquire(blocking=False):
        return
    try:
        _work_on(upload_id, upload_work.create_users)
    finally:
        _creating.release()


@shared_task(name=jobs.SWEEP_UPLOADS)
def sweep_uploads() -> None:
    """Go on with what stands still, and remove what nobody needs."""
    upload_sweep.tidy(now=clock.now())


def _work_on(upload_id: int, work: Callable[[UserUpload], None]) -> None:
    with unscoped("a job carries the key alone"):
        uploads = UserUpload.objects.select_related("instance", "uploaded_by")
        upload = uploads.filter(pk=upload_id).first()
    if upload is not None:
        author = actor().on_behalf_of(upload.uploaded_by)
        with instance_scope(upload.instance), acting(author):
            work(upload)
