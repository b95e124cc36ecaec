"""What control tells of itself: when a trouble begins, and when it is over."""

from datetime import timedelta

import pytest

from apps.alarms.models import Alarm
from apps.contacts.models import Call
from apps.core import clock
from apps.instances.models import Instance
from apps.voice.trouble import Trouble

pytestmark = pytest.mark.db

NOW = clock.now()


def open_alarms() -> list[tuple[str, str]]:
    return list(Alarm.objects.filter(closed_at=None).values_list("kind", "cause"))


def test_sweeps_that_fail_five_times_are_an_alarm_until_one_goes_well(db: None) -> None:
    trouble = Trouble()
    for _ in range(4):
        trouble.sweep_ended(is_well=False)
    assert open_alarms() == []

    trouble.sweep_ended(is_well=False)
    assert open_alarms() == [("sweep_failing", "control")]
    trouble.sweep_ended(is_well=True)
    assert open_alarms() == []


def test_a_sweep_that_fails_now_and_then_is_no_alarm(db: None) -> None:
    trouble = Trouble()
    for is_well in [False, False, False, False, True] * 3:
        trouble.sweep_ended(is_well=is_well)

    assert not Alarm.objects.exists()


def test_sweeps_that_are_late_five_times_are_an_alarm_until_one_is_not(db: None) -> None:
    trouble = Trouble()
    for late in [2.1] * 4 + [2.0] + [2.1] * 4:
        trouble.sweep_ended(is_well=True, late=late)
    assert open_alarms() == []

    trouble.sweep_ended(is_well=True, late=3.14)
    assert open_alarms() == [("sweep_late", "control")]
    assert Alarm.objects.get().details == {"sweeps": 5, "seconds": 3.1}
    trouble.sweep_ended(is_well=True, late=0.1)
    assert open_alarms() == []


def test_calls_that_lag_for_ten_seconds_are_one_alarm_of_their_node(
    demo_instance: Instance,
) -> None:
    calls = [Call(pk=pk, instance=demo_instance, node="m1") for pk in (1, 2)]
    trouble = Trouble()

    trouble.calls_behind(calls, now=NOW)
    trouble.calls_behind(calls, now=NOW + timedelta(seconds=10))
    assert open_alarms() == []
    trouble.calls_behind(calls, now=NOW + timedelta(seconds=11))
    assert open_alarms() == [("calls_behind", "m1")]
    assert Alarm.objects.get().details == {"calls": 2}
    trouble.calls_behind([], now=NOW + timedelta(seconds=12))
    assert open_alarms() == []


def test_a_call_that_catches_up_in_between_begins_anew(demo_instance: Instance) -> None:
    call = Call(pk=1, instance=demo_instance, node="m1")
    trouble = Trouble()
    for second, behind in ((0, [call]), (8, []), (9, [call]), (12, [call])):
        trouble.calls_behind(behind, now=NOW + timedelta(seconds=second))

    assert not Alarm.objects.exists()


def test_what_a_former_process_told_is_closed_when_it_is_over(demo_instance: Instance) -> None:
    call = Call(pk=1, instance=demo_instance, node="m1")
    former = Trouble()
    for second in (0, 11):
        former.calls_behind([call], now=NOW + timedelta(seconds=second))
    for _ in range(5):
        former.sweep_ended(is_well=False)

    Trouble().calls_behind([], now=NOW)
    Trouble().sweep_ended(is_well=True)

    assert open_alarms() == []


def test_speech_that_nobody_renders_is_an_alarm(db: None) -> None:
    trouble = Trouble()
    trouble.jobs_waiting_since(NOW - timedelta(seconds=119), now=NOW)
    assert open_alarms() == []

    trouble.jobs_waiting_since(NOW - timedelta(seconds=121), now=NOW)
    assert open_alarms() == [("jobs_waiting", "speech")]
    trouble.jobs_waiting_since(None, now=NOW)
    assert open_alarms() == []
