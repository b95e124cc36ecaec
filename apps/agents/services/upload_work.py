"""What takes its time: looking through a file, and making people of it.

The people are created in one transaction with the upload's last word. So whatever is killed and
begun anew, or done by two at once, creates them once or not at all.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial

from django.utils.translation import gettext as text

from apps.agents.domain.user_cells import UserRow
from apps.agents.models import UserUpload
from apps.agents.services import upload_files
from apps.agents.services.newcomers import Crowd, Newcomer, insert_newcomers, made_ready
from apps.agents.services.upload_check import Looked, look_through
from apps.agents.services.upload_states import Finding, goes_on, locked, move
from apps.core.errors import DomainError
from apps.core.unit_of_work import unit_of_work
from apps.security_profiles.selectors import require
from apps.users.hashing import hashes_of

SHOWN_ROWS = 50
_HASHED_BETWEEN_LOOKS = 5

_log = logging.getLogger(__name__)

People = Sequence[tuple[UserRow, Newcomer]]
State = UserUpload.State


class NotWanted(Exception):
    """Somebody cancelled the upload, or another process has finished it."""


def check_upload(upload: UserUpload) -> None:
    """Look through every cell; afterwards the upload is ready or refused."""
    _work(upload, State.CHECKING, _check)


def create_users(upload: UserUpload) -> None:
    """Create everybody in the file of a confirmed upload, or nobody."""
    _work(upload, State.RUNNING, _create)


def _work(upload: UserUpload, state: State, work: Callable[[UserUpload, bytes], None]) -> None:
    if upload.state != state:
        return  # late and repeated jobs are normal
    raw = upload_files.read(upload.public_id)
    try:
        if raw is None:
            gone = text("The file is no longer there. Upload it again.")
            _end(upload, State.FAILED, [Finding(0, "", gone)])
        else:
            work(upload, raw)
    except NotWanted:
        _log.info("upload given up", extra=_facts(upload))


def _check(upload: UserUpload, raw: bytes) -> None:
    looked = _look(upload, raw, on_step=partial(_go_on, upload))
    if looked.findings:
        _end(upload, State.REFUSED, looked.findings)
        return
    with unit_of_work():
        fresh = _wanted(upload)
        fresh.preview = [_shown(row) for row, _person in looked.people[:SHOWN_ROWS]]
        move(fresh, State.READY, done=fresh.rows)


def _create(upload: UserUpload, raw: bytes) -> None:
    looked = _look(upload, raw, on_step=lambda _rows: _go_on(upload, 0))
    if looked.findings:
        _end(upload, State.FAILED, looked.findings)
        return
    _hash_passwords(upload, looked.people)
    try:
        _insert(upload, _made_ready(upload, looked.people))
    except DomainError as refusal:
        # Something changed since: the second look finds the cells that stand against it now.
        again = _look(upload, raw, on_step=lambda _rows: None).findings
        _end(upload, State.FAILED, again or [Finding(0, "", str(refusal.message))])


def _look(upload: UserUpload, raw: bytes, *, on_step: Callable[[int], None]) -> Looked:
    """With the rights that the person has now."""
    fresh = UserUpload.objects.select_related("instance", "uploaded_by").get(pk=upload.pk)
    return look_through(
        raw, instance=fresh.instance, acting_user=fresh.uploaded_by, on_step=on_step
    )


def _hash_passwords(upload: UserUpload, people: People) -> None:
    """Outside of every transaction: nobody waits for it but the person who uploaded."""
    hashes = hashes_of([row.password for row, _person in people])
    for done, (hashed, (_row, person)) in enumerate(zip(hashes, people, strict=True)):
        if done % _HASHED_BETWEEN_LOOKS == 0:
            _go_on(upload, done)
        person.user.password = hashed


def _made_ready(upload: UserUpload, people: People) -> Crowd:
    return made_ready([person for _row, person in people], instance=upload.instance)


def _insert(upload: UserUpload, crowd: Crowd) -> None:
    with unit_of_work():
        fresh = _wanted(upload)
        require(fresh.uploaded_by, "Users.Create", fresh.instance)
        insert_newcomers(crowd, instance=fresh.instance, acting_user=fresh.uploaded_by)
        move(fresh, State.DONE, done=len(crowd.newcomers))
    facts = _facts(upload) | {"users": len(crowd.newcomers)}
    _log.info("users created from a file", extra=facts)


def _go_on(upload: UserUpload, done: int) -> None:
    if not goes_on(upload, done=done):
        raise NotWanted


def _wanted(upload: UserUpload) -> UserUpload:
    fresh = locked(upload.pk)
    if fresh.state != upload.state:
        raise NotWanted
    return fresh


def _end(upload: UserUpload, state: State, findings: Sequence[Finding]) -> None:
    with unit_of_work():
        move(_wanted(upload), state, findings=findings)


def _shown(row: UserRow) -> dict[str, str]:
    """A row as the preview shows it: never with its password."""
    return {
        "row": str(row.number),
        "name": f"{row.first_name} {row.last_name}".strip(),
        "login": row.username,
        "email": row.email,
        "routing_profile": row.routing_profile,
        "profiles": ", ".join(row.profiles),
        "hierarchy": " / ".join(row.hierarchy),
        "phone": row.phone_number if row.is_desk_phone else text("Softphone"),
    }


def _facts(upload: UserUpload) -> dict[str, str]:
    return {
        "upload": str(upload.public_id),
        "acting_user": str(upload.uploaded_by.public_id),
    }
