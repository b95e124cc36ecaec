"""What a person does with a file of people: upload it, confirm it, cancel it.

A file holds passwords. It is kept only until its people are created, at most an hour before that.
"""

import logging
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.agents import jobs
from apps.agents.domain.user_table import NotATable, Problem, count_rows
from apps.agents.models import UserUpload
from apps.agents.models.upload import AT_WORK, ON_THEIR_WAY
from apps.agents.services import upload_files
from apps.agents.services.upload_states import locked, move
from apps.agents.services.upload_work import check_upload, create_users
from apps.core.errors import Conflict, InvalidInput
from apps.core.jobs import enqueue
from apps.core.text import tidy_name
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.security_profiles.selectors import require
from apps.users.models import User

CHECKED_AT_ONCE = 500  # rows; what is longer is looked through by a job
# A password takes a tenth of a second to hash, and somebody waits for the page.
CREATED_AT_ONCE = 10

_log = logging.getLogger(__name__)

State = UserUpload.State


class FileRefused(InvalidInput):
    """It is no table of people at all; nothing of it is kept."""

    code = "FILE_REFUSED"


class UploadUnderWay(Conflict):
    code = "UPLOAD_UNDER_WAY"
    message = _("Your last upload is still being worked on. Wait for it, or cancel it.")


class UploadNotReady(Conflict):
    code = "UPLOAD_NOT_READY"
    message = _("This upload cannot be carried out: it is not waiting for that.")


class UploadOver(Conflict):
    code = "UPLOAD_OVER"
    message = _("There is nothing left to cancel: this upload is over.")


class UploadDone(UploadOver):
    code = "UPLOAD_DONE"
    message = _("It is too late to cancel: the users have been created already.")


def take_upload(*, instance: Instance, raw: bytes, file_name: str, acting_user: User) -> UserUpload:
    """Keep a file and look through it, at once or, if it is long, by a job.

    An earlier one of the same person that was not confirmed is given up for it.
    """
    require(acting_user, "Users.Create", instance)
    upload = UserUpload(
        instance=instance,
        uploaded_by=acting_user,
        file_name=_shown_name(file_name),
        rows=_rows(raw),
    )
    upload_files.keep(upload.public_id, raw)
    try:
        _save(upload)
    except BaseException:
        upload_files.forget(upload.public_id)
        raise
    _now_or_later(upload, check_upload, jobs.CHECK_UPLOAD, at_once=CHECKED_AT_ONCE)
    return upload


def confirm_upload(upload: UserUpload, *, acting_user: User) -> None:
    """Create the people of a file that was looked through, at once or by a job."""
    require(acting_user, "Users.Create", upload.instance)
    with unit_of_work():
        fresh = locked(upload.pk)
        if fresh.state != State.READY:
            raise UploadNotReady
        move(fresh, State.RUNNING)
    _now_or_later(fresh, create_users, jobs.CREATE_USERS, at_once=CREATED_AT_ONCE)
    upload.refresh_from_db()


def cancel_upload(upload: UserUpload) -> None:
    """Give an upload up: nobody is created, and the file is gone."""
    with unit_of_work():
        fresh = locked(upload.pk)
        if fresh.state == State.DONE:
            raise UploadDone
        if not fresh.is_on_its_way:
            raise UploadOver
        move(fresh, State.CANCELLED)
    upload.refresh_from_db()


def _now_or_later(
    upload: UserUpload, work: Callable[[UserUpload], None], job: str, *, at_once: int
) -> None:
    if upload.rows <= at_once:
        work(upload)
        upload.refresh_from_db()
    else:
        enqueue(job, upload_id=upload.pk)


def _rows(raw: bytes) -> int:
    try:
        return count_rows(raw)
    except NotATable as why:
        raise FileRefused(_said(why.problem), field="file") from None


def _said(problem: Problem) -> str:
    sentence = gettext(problem.sentence) % problem.facts
    if not problem.row:
        return sentence
    return gettext("Row %(row)d: %(sentence)s") % {"row": problem.row, "sentence": sentence}


def _shown_name(file_name: str) -> str:
    name = "".join(sign for sign in tidy_name(file_name) if sign.isprintable())
    return name[:255] or gettext("File without a name")


def _save(upload: UserUpload) -> None:
    with unit_of_work():
        earlier = UserUpload.objects.filter(
            uploaded_by_id=upload.uploaded_by_id, state__in=ON_THEIR_WAY
        )
        for other in earlier.select_for_update(of=("self",), no_key=True):
            if other.state in AT_WORK:
                raise UploadUnderWay
            move(other, State.CANCELLED)
        try:
            with transaction.atomic():
                upload.save()
        except IntegrityError:  # another tab was faster
            raise UploadUnderWay from None
