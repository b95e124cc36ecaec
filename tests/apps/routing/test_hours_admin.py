"""Hours of operation in the admin: a week of times as people write them."""

import pytest
from django.test import Client

from apps.flows.models import ContactFlow
from apps.instances.models import Instance
from apps.routing.models import HoursOfOperation, Queue
from apps.users.models import User
from tests.apps.routing import pages
from tests.domain.flows.bench import act, raw_flow
from tests.forms import formset
from tests.rest import signed_in

pytestmark = pytest.mark.db

NIGHT = {"name": "Night Shift", "description": "", "time_zone": "Europe/Berlin"}


@pytest.fixture
def client(ada: User) -> Client:
    return signed_in(ada)


def open_time(day: int, start: str, end: str) -> dict[str, str]:
    return {"weekday": str(day), "start_minute": start, "end_minute": end}


def week_of(name: str) -> list[tuple[int, int, int]]:
    intervals = HoursOfOperation.objects.get(name=name).intervals
    return list(intervals.values_list("weekday", "start_minute", "end_minute"))


def test_a_lunch_break_and_an_end_at_midnight_are_made_by_clicking(
    client: Client, scope: Instance
) -> None:
    week = formset("intervals", open_time(0, "09:00", "12:00"), open_time(0, "13:00", "00:00"))

    _, text = pages.post(client, "hoursofoperation/add/", **NIGHT, **week)

    assert week_of("Night Shift") == [(0, 540, 720), (0, 780, 1440)]
    assert "Monday 09:00–12:00, 13:00–24:00" in text


def test_overlapping_times_are_named_and_what_was_typed_stays(
    client: Client, scope: Instance
) -> None:
    week = formset("intervals", open_time(0, "09:00", "12:00"), open_time(0, "11:00", "13:00"))

    answer = client.post(f"{pages.BASE}/hoursofoperation/add/", NIGHT | week)

    page = answer.content.decode()
    assert "On Monday 09:00–12:00 and 11:00–13:00 overlap." in pages.words(page)
    assert 'value="11:00"' in page
    assert not HoursOfOperation.objects.filter(name="Night Shift").exists()


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("09:00", "08:00", "Open times end after they begin"),
        ("noon", "13:00", "Enter a time such as 09:30."),
        ("", "13:00", "This field is required."),
    ],
)
def test_a_time_nobody_could_mean_is_told(
    client: Client, scope: Instance, start: str, end: str, said: str
) -> None:
    week = formset("intervals", open_time(0, start, end))

    status, text = pages.post(client, "hoursofoperation/add/", **NIGHT, **week)

    assert (status, said in text) == (200, True)


def test_new_hours_begin_with_office_hours_in_the_zone_of_the_instance(
    client: Client, scope: Instance
) -> None:
    Instance.objects.filter(pk=scope.pk).update(time_zone="Asia/Tokyo")

    page = pages.get(client, "hoursofoperation/add/")

    assert '<option value="Asia/Tokyo" selected>' in page

    assert page.count('value="09:00"') == page.count('value="17:00"') == 5


def test_a_week_is_changed_and_a_day_removed(
    client: Client, scope: Instance, hours: HoursOfOperation
) -> None:
    monday, tuesday = hours.intervals.all()[:2]
    week = formset(
        "intervals",
        open_time(0, "00:00", "00:00") | {"id": monday.pk},
        open_time(1, "00:00", "00:00") | {"id": tuesday.pk, "DELETE": "on"},
        kept=2,
    )

    pages.post(client, f"hoursofoperation/{hours.pk}/change/", **NIGHT, **week)

    assert week_of("Night Shift") == [(0, 0, 1440)]


def test_a_zone_that_does_not_exist_is_told_at_the_field(client: Client, scope: Instance) -> None:
    fields = NIGHT | {"time_zone": "Mars/Olympus"}

    _, text = pages.post(client, "hoursofoperation/add/", **fields, **formset("intervals"))

    assert "Mars/Olympus is not one of the available choices" in text


def test_hours_in_use_are_not_deleted_and_the_page_says_by_whom(
    client: Client, queue: Queue, hours: HoursOfOperation
) -> None:
    _, text = pages.post(client, f"hoursofoperation/{hours.pk}/delete/", post="yes")

    assert "Basic Hours cannot be deleted: used by 1 queue: BasicQueue." in text
    assert HoursOfOperation.objects.filter(pk=hours.pk).exists()


def test_deleting_several_deletes_none_when_one_is_in_use(
    client: Client, scope: Instance, hours: HoursOfOperation
) -> None:
    free = HoursOfOperation.objects.create(instance=scope, name="Aaa")
    chosen = {"action": "delete_selected", "_selected_action": [free.pk, hours.pk], "post": "yes"}

    _, text = pages.post(client, "hoursofoperation/", **chosen)

    assert "Basic Hours cannot be deleted" in text
    assert HoursOfOperation.objects.count() == 2


def test_flows_that_name_the_hours_are_told_of_when_the_name_changes(
    client: Client, scope: Instance, hours: HoursOfOperation
) -> None:
    asks = act("Ask", "CheckHoursOfOperation", {"HoursOfOperationId": "Basic Hours"})
    ContactFlow.objects.create(
        instance=scope, name="Opening", kind="CONTACT_FLOW", draft=raw_flow(asks)
    )

    path = f"hoursofoperation/{hours.pk}/change/"
    _, text = pages.post(client, path, **NIGHT, **formset("intervals"))

    assert "These flows name it “Basic Hours” and find it no more: Opening." in text


def test_who_may_only_view_reads_times_and_changes_nothing_s_03(
    scope: Instance, hours: HoursOfOperation
) -> None:
    viewer = pages.holder_of(scope, "HoursOfOperation.View")
    path = f"hoursofoperation/{hours.pk}/change/"

    assert "00:00 24:00" in pages.words(pages.get(viewer, path))
    assert viewer.post(f"{pages.BASE}/{path}", NIGHT | formset("intervals")).status_code == 403
