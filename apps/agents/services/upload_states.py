"""From one state of an upload to the next; each in the unit of work of whoever decides it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from apps.agents.models import UserUpload
from apps.agents.services import upload_files
from apps.core import clock

SHOWN_AT_MOST = 200  # problems


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, in words; `row` 0 and no column: with the whole file."""

    row: int
    column: str
    text: str


def locked(upload_id: int) -> UserUpload:
    return UserUpload.objects.select_for_update(of=("self",), no_key=True).get(pk=upload_id)


def goes_on(upload: UserUpload, *, done: int) -> bool:
    """Say how far the work is, and hear whether it is still wanted; in a transaction of its own."""
    rows = UserUpload.objects.filter(pk=upload.pk, state=upload.state)
    return bool(rows.update(done=done, seen_at=clock.now()))


def move(
    upload: UserUpload, state: UserUpload.State, *, done: int = 0, findings: Sequence[Finding] = ()
) -> None:
    """Give a locked upload another state; what is over keeps neither the file nor names."""
    upload.state, upload.done, upload.seen_at = state, done, clock.now()
    upload.problems = [asdict(finding) for finding in findings[:SHOWN_AT_MOST]]
    upload.problem_count = len(findings)
    if not upload.is_on_its_way:
        upload.preview = []
        transaction.on_commit(lambda: upload_files.forget(upload.public_id))
    upload.save()
