import threading

from celery import shared_task

from apps.recordings import jobs
from apps.recordings.services.finalising import finalise, next_due
from apps.recordings.services.sweep import tidy

_at_work = threading.Lock()


@shared_task(name=jobs.FINALISE)
def finalise_recording(*, recording_id: int) -> None:
    """Make the file of a recording out of its journals."""
    _work_off(recording_id)


@shared_task(name=jobs.SWEEP)
def sweep_recordings() -> None:
    """Everything that is due, then what was left behind."""
    _work_off(next_due())
    tidy()


def _work_off(recording_id: int | None) -> None:
    """One at a time in each process, or prompts that callers wait for would find no thread.

    Whoever comes meanwhile need not wait: who is at work looks for more before it rests.
    """
    if not _at_work.acquire(blocking=False):
        return
    try:
        while recording_id is not None:
            finalise(recording_id)
            recording_id = next_due()
    finally:
        _at_work.release()
