"""Hours of operation: the zones there are, no overlaps, and kept while something refers to them."""

from datetime import UTC, datetime

import pytest

from apps.core.errors import DomainError, NotFound
from apps.flows.models import ContactFlow
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.domain.week import Stretch
from apps.routing.models import HoursInterval, HoursOfOperation, Queue
from apps.routing.selectors.hours import is_open
from apps.routing.services.hours import change_hours, create_hours, delete_hours, set_week
from tests.apps.routing.names import NONE, SAME
from tests.apps.routing.refusals import refused
from tests.domain.flows.bench import act, raw_flow

pytestmark = pytest.mark.db

MONDAY, SUNDAY = 0, 6


def night(instance: Instance, *week: Stretch, time_zone: str = "UTC") -> HoursOfOperation:
    return create_hours(instance=instance, name="Night Shift", time_zone=time_zone, week=week)


def week_of(hours: HoursOfOperation) -> list[tuple[int, int, int]]:
    return list(hours.intervals.values_list("weekday", "start_minute", "end_minute"))


def test_a_lunch_break_is_two_open_times_of_a_day(scope: Instance) -> None:
    hours = night(scope, Stretch(MONDAY, 780, 1440), Stretch(MONDAY, 540, 720))

    assert week_of(hours) == [(MONDAY, 540, 720), (MONDAY, 780, 1440)]
    noon, evening = (datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (12, 23))
    assert (is_open(hours, at=noon), is_open(hours, at=evening)) == (False, True)


def test_open_times_follow_daylight_saving_of_the_zone(scope: Instance) -> None:
    hours = night(scope, Stretch(SUNDAY, 540, 600), time_zone="Europe/Berlin")

    winter, summer = datetime(2026, 3, 22, 8, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)

    assert is_open(hours, at=winter) and is_open(hours, at=summer)
    assert not is_open(hours, at=datetime(2026, 3, 29, 8, tzinfo=UTC))


def test_a_new_week_replaces_the_old_one_and_keeps_what_stays(hours: HoursOfOperation) -> None:
    kept = HoursInterval.objects.get(weekday=MONDAY)

    set_week(hours, [Stretch(MONDAY, 0, 1440), Stretch(SUNDAY, 60, 120)])

    assert week_of(hours) == [(MONDAY, 0, 1440), (SUNDAY, 60, 120)]
    assert HoursInterval.objects.filter(pk=kept.pk).exists()


def test_overlapping_times_are_refused_by_day_and_time(hours: HoursOfOperation) -> None:
    sentence = "On Monday 09:00–12:00 and 11:40–13:00 overlap."

    with refused("OVERLAPPING_HOURS", field="intervals", saying=sentence):
        set_week(hours, [Stretch(MONDAY, 540, 720), Stretch(MONDAY, 700, 780)])

    assert len(week_of(hours)) == 7


@pytest.mark.parametrize(
    "wrong", [Stretch(7, 0, 60), Stretch(-1, 0, 60), Stretch(0, 60, 60), Stretch(0, 0, 1441)]
)
def test_a_time_no_week_has_is_refused(hours: HoursOfOperation, wrong: Stretch) -> None:
    with refused("INVALID_HOURS", field="intervals"):
        set_week(hours, [wrong])


def test_there_are_at_most_a_hundred_open_times(hours: HoursOfOperation) -> None:
    hundred = [Stretch(n % 7, n * 10, n * 10 + 5) for n in range(100)]
    set_week(hours, hundred)

    with refused("TOO_MANY_INTERVALS", field="intervals"):
        set_week(hours, [*hundred, Stretch(0, 1435, 1440)])


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "europe/berlin", "../../etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused(scope: Instance, zone: str) -> None:
    with refused("UNKNOWN_TIME_ZONE", field="time_zone"):
        night(scope, time_zone=zone)
    assert HoursOfOperation.objects.count() == 1


@pytest.mark.parametrize("name", SAME)
def test_a_name_is_taken_whatever_its_case_blanks_and_unicode_form(
    scope: Instance, hours: HoursOfOperation, name: str
) -> None:
    night(scope)

    with refused("HOURS_NAME_TAKEN", field="name"):
        change_hours(hours, name=name)


@pytest.mark.parametrize("name", NONE)
def test_hours_need_a_name_that_can_be_kept(hours: HoursOfOperation, name: str) -> None:
    with refused("INVALID_INPUT", field="name"):
        change_hours(hours, name=name)


def test_another_instance_may_use_the_name(other_instance: Instance, scope: Instance) -> None:
    ours = night(scope)

    with instance_scope(other_instance):
        assert night(other_instance).name == ours.name


def test_hours_a_queue_has_are_not_deleted_and_the_queue_is_named(
    queue: Queue, hours: HoursOfOperation
) -> None:
    with pytest.raises(DomainError) as error:
        delete_hours(hours)

    assert error.value.code == "HOURS_IN_USE"
    assert "1 queue: BasicQueue" in str(error.value)


def test_hours_a_flow_asks_are_not_deleted_and_the_flow_is_named(scope: Instance) -> None:
    hours = night(scope)
    asks = act("Ask", "CheckHoursOfOperation", {"HoursOfOperationId": str(hours.public_id)})
    ContactFlow.objects.create(
        instance=scope, name="Opening", kind="CONTACT_FLOW", draft=raw_flow(asks)
    )

    with pytest.raises(DomainError) as error:
        delete_hours(hours)

    assert "1 contact flow: Opening" in str(error.value)


def test_hours_nothing_refers_to_are_deleted_with_their_week(scope: Instance) -> None:
    hours = night(scope, Stretch(MONDAY, 0, 60))

    delete_hours(hours)

    assert not HoursInterval.objects.filter(hours_id=hours.pk).exists()
    with pytest.raises(NotFound):
        change_hours(hours, name="Gone")


def test_only_named_settings_are_changed(hours: HoursOfOperation) -> None:
    with refused("INVALID_INPUT", field="instance"):
        change_hours(hours, instance=None)
