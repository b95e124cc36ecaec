"""Raising and closing alarms: the only writer of their rows.

An alarm's row is locked last: whoever raises one inside a transaction takes no lock after it.
What is raised inside a transaction that is rolled back is forgotten with it.
"""

import logging
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from apps.alarms.models import Alarm
from apps.core import clock
from apps.instances.models import Instance
from apps.users.models import User

_log = logging.getLogger(__name__)

_ATTEMPTS = 3  # each one lost to another process that opened or closed the row just then


def raise_alarm(
    kind: str,
    cause: str,
    /,
    *,
    message: object,
    instance: Instance | None = None,
    severity: str = Alarm.Severity.WARNING,
    **details: Any,
) -> None:
    """Open the alarm (kind, cause), or count the open one up; `details` must fit into JSON.

    Never fails and never spoils the caller's transaction: who has a trouble to tell must not get
    a second one. What could not be written stands in the log.
    """
    facts = {"message": str(message), "severity": str(severity), "details": details}
    try:
        with transaction.atomic():
            _open_or_count(kind, cause, instance=instance, facts=facts)
    except Exception:
        _log.exception("An alarm could not be written", extra={"alarm": kind, "cause": cause})


def close_alarm(kind: str, cause: str, /, *, closed_by: User | None = None) -> None:
    """The cause is gone; nothing happens if the alarm is not open. Fails as little as raising."""
    try:
        with transaction.atomic():
            open_ones = Alarm.objects.filter(kind=kind, cause=cause, closed_at=None)
            closed = open_ones.update(closed_at=clock.now(), closed_by=closed_by)
    except Exception:
        _log.exception("An alarm could not be closed", extra={"alarm": kind, "cause": cause})
    else:
        if closed:
            who = str(closed_by.public_id) if closed_by else "installation"
            _log.info("alarm closed", extra={"alarm": kind, "cause": cause, "acting_user": who})


def _open_or_count(
    kind: str, cause: str, /, *, instance: Instance | None, facts: dict[str, Any]
) -> None:
    """The unique index decides between processes; who loses counts the winner's row up."""
    for _attempt in range(_ATTEMPTS):
        now = clock.now()
        known = Alarm.objects.filter(kind=kind, cause=cause, closed_at=None)
        if known.update(last_seen_at=now, count=F("count") + 1, **facts):
            return
        try:
            with transaction.atomic():
                Alarm.objects.create(
                    kind=kind, cause=cause, instance=instance, opened_at=now, last_seen_at=now,
                    **facts,
                )  # fmt: skip
        except IntegrityError:
            continue
        _log.warning(
            "alarm opened", extra={"alarm": kind, "cause": cause, "text": facts["message"]}
        )
        return
    raise RuntimeError("Other processes open and close this alarm all the time.")
