"""Recordings that fail are seen: on the row, in the contact's history, as an alarm (R-09)."""

from datetime import datetime

from django.utils.translation import gettext as _

from apps.alarms.models import Alarm
from apps.alarms.services import close_alarm, raise_alarm
from apps.contacts.services.rows import call_work, record
from apps.core import clock
from apps.recordings.domain import retrying
from apps.recordings.models import Recording

KIND = "recording_failed"
# What a media node may say; a trouble of the installation, whatever the call.
OF_THE_NODE = ("disk_full", "not_writable", "write_failed")


def broken_off(recording: Recording, *, reason: str, now: datetime) -> None:
    """The media node could not go on writing; inside the transaction that says so on the row."""
    record(recording.contact, KIND, at=now, reason=reason)
    raise_alarm(
        KIND,
        reason,
        message=_("Calls go on but are not recorded: a media node cannot write its journals."),
        severity=Alarm.Severity.CRITICAL,
        recording=str(recording.public_id),
        reason=reason,
    )


def try_again(recording: Recording, *, error: str) -> None:
    """After some attempts it counts as failed, and is still tried once an hour."""
    if recording.attempts >= retrying.GIVE_UP_AFTER:
        _fail(recording, error=error, due_at=clock.now() + retrying.pause(recording.attempts))
        return
    due_at = clock.now() + retrying.pause(recording.attempts)
    rows = Recording.objects.filter(pk=recording.pk, due_at__isnull=False)
    rows.exclude(state=Recording.State.DELETED).update(error=error, due_at=due_at)


def give_up(recording: Recording, *, error: str) -> None:
    """There is nothing to try again; what the media node said about it counts more."""
    _fail(recording, error=recording.error or error, due_at=None)


def over(recording: Recording, *, is_partial: bool) -> None:
    """The file is there; a whole one, begun after the nodes had trouble, says that it is gone."""
    close_alarm(KIND, str(recording.public_id))
    if is_partial:
        return
    before = Alarm.objects.filter(
        kind=KIND, cause__in=OF_THE_NODE, closed_at=None, opened_at__lt=recording.started_at
    )
    for cause in before.values_list("cause", flat=True):
        close_alarm(KIND, cause)


def _fail(recording: Recording, *, error: str, due_at: datetime | None) -> None:
    failed, stopped = Recording.State.FAILED, Recording.State.STOPPED
    with call_work(recording.contact.call_id):
        rows = Recording.objects.filter(pk=recording.pk)
        if rows.filter(state=stopped).update(state=failed):
            record(recording.contact, KIND, at=clock.now(), reason=error)
        rows.filter(state=failed).update(error=error, due_at=due_at)
        raise_alarm(
            KIND,
            str(recording.public_id),
            message=_("A recording's file was not made. What was recorded of it is kept."),
            instance=recording.instance,
            severity=Alarm.Severity.CRITICAL,
            contact=str(recording.contact.public_id),
            reason=error,
        )
