"""Alarms: one open row per cause, and no trouble for whoever raises one."""

import pytest
import time_machine
from django.db import transaction
from django.db.models import QuerySet

from apps.alarms.models import Alarm
from apps.alarms.services import close_alarm, raise_alarm
from apps.core import clock
from apps.instances.models import Instance
from apps.users.models import User

pytestmark = pytest.mark.db


def raised(**facts: object) -> Alarm:
    raise_alarm("disk_full", "node-1", message="The disk is full.", **facts)  # type: ignore[arg-type]
    return Alarm.objects.get(closed_at=None)


def test_an_alarm_says_what_where_and_since_when(demo_instance: Instance) -> None:
    alarm = raised(instance=demo_instance, severity=Alarm.Severity.CRITICAL, free_bytes=0)

    assert (alarm.kind, alarm.cause, alarm.message) == ("disk_full", "node-1", "The disk is full.")
    assert (alarm.instance, alarm.severity) == (demo_instance, "critical")
    assert alarm.details == {"free_bytes": 0}
    assert alarm.opened_at == alarm.last_seen_at
    assert alarm.count == 1


def test_the_same_cause_again_is_counted_on_the_open_row(db: None) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        first = raised()
        time.shift(60)
        again = raised(severity="critical", free_bytes=1)

    assert again.pk == first.pk
    assert again.count == 2
    assert (again.last_seen_at - first.opened_at).total_seconds() == 60
    assert (again.severity, again.details) == ("critical", {"free_bytes": 1})


def test_other_causes_and_other_kinds_are_alarms_of_their_own(db: None) -> None:
    for kind, cause in (("disk_full", "a"), ("disk_full", "b"), ("late", "a")):
        raise_alarm(kind, cause, message="…")

    assert Alarm.objects.filter(closed_at=None).count() == 3


def test_a_closed_alarm_stays_closed_and_the_cause_opens_a_new_one(ada: User) -> None:
    first = raised()
    close_alarm("disk_full", "node-1", closed_by=ada)
    second = raised()
    first.refresh_from_db()

    assert first.closed_at is not None
    assert first.closed_by == ada
    assert second.pk != first.pk
    assert second.count == 1


def test_closing_what_is_not_open_does_nothing(db: None) -> None:
    close_alarm("disk_full", "node-1")

    assert not Alarm.objects.exists()


def test_who_loses_against_another_process_counts_the_others_row_up(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one's row appears between our look and our insert, which the index refuses."""
    raise_alarm("disk_full", "node-1", message="The other one was here.")

    def too_early(*_rows: object, **_values: object) -> int:
        monkeypatch.undo()
        return 0

    monkeypatch.setattr(QuerySet, "update", too_early)
    alarm = raised()

    assert (alarm.count, alarm.message) == (2, "The disk is full.")


def test_raising_never_fails_and_leaves_the_callers_transaction_whole(
    demo_instance: Instance,
) -> None:
    """Details that fit into no JSON, a kind longer than its column: the log keeps them."""
    with transaction.atomic():
        raise_alarm("late", "x", message="…", what=object())
        demo_instance.name = "Written all the same"
        demo_instance.save()

    demo_instance.refresh_from_db()
    assert demo_instance.name == "Written all the same"
    assert not Alarm.objects.exists()


def test_raising_in_a_transaction_that_is_broken_already_does_not_fail(db: None) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        raise_alarm("late", "x", message="…")
        close_alarm("late", "x")

    assert not Alarm.objects.exists()


def test_the_list_has_the_open_ones_first_and_the_newest_first_of_each(db: None) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        for cause in ("one", "two", "three", "four"):
            time.shift(1)
            raise_alarm("late", cause, message="…")
        for cause in ("three", "one"):
            time.shift(1)
            close_alarm("late", cause)

    assert [alarm.cause for alarm in Alarm.objects.all()] == ["four", "two", "one", "three"]
