"""Open times of a week: none may overlap, and midnight may end a day."""

import pytest

from apps.routing.domain.hours import HoursError
from apps.routing.domain.week import Stretch, minute_of, overlap, wall_clock

pytestmark = pytest.mark.domain

MONDAY, TUESDAY = 0, 1
MORNING = Stretch(MONDAY, 9 * 60, 12 * 60)
AFTERNOON = Stretch(MONDAY, 13 * 60, 17 * 60)


def test_a_lunch_break_overlaps_nothing() -> None:
    assert overlap([AFTERNOON, MORNING]) is None


def test_where_one_ends_the_next_may_begin() -> None:
    assert overlap([MORNING, Stretch(MONDAY, 12 * 60, 13 * 60), AFTERNOON]) is None


def test_the_same_time_of_another_day_is_no_overlap() -> None:
    assert overlap([MORNING, Stretch(TUESDAY, *MORNING[1:])]) is None


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(MORNING, id="the same"),
        pytest.param(Stretch(MONDAY, 719, 780), id="one minute"),
        pytest.param(Stretch(MONDAY, 600, 660), id="inside"),
        pytest.param(Stretch(MONDAY, 0, 1440), id="around"),
    ],
)
def test_two_that_share_a_minute_are_named(other: Stretch) -> None:
    found = overlap([Stretch(TUESDAY, 0, 1440), MORNING, other])

    assert found is not None
    assert sorted(found) == sorted([MORNING, other])


def test_a_day_may_end_at_midnight_and_not_later() -> None:
    assert str(Stretch(MONDAY, 600, 1440)) == "10:00–24:00"
    Stretch(MONDAY, 600, 1440).interval()
    for wrong in (Stretch(MONDAY, 600, 1441), Stretch(MONDAY, 600, 600), Stretch(7, 0, 60)):
        with pytest.raises(HoursError):
            wrong.interval()


@pytest.mark.parametrize(
    ("text", "minute"),
    [("00:00", 0), ("9:30", 570), ("09:30", 570), (" 17.05 ", 1025), ("24:00", 1440)],
)
def test_times_are_read_as_people_write_them(text: str, minute: int) -> None:
    assert minute_of(text) == minute


def test_midnight_as_an_end_is_that_of_the_day() -> None:
    assert minute_of("00:00", is_end=True) == minute_of("24:00", is_end=True) == 1440
    assert minute_of("00:01", is_end=True) == 1


@pytest.mark.parametrize(
    "text",
    ["", "x", "9", "9:", ":30", "9:3", "9:60", "24:01", "25:00", "-1:00", "9:30:15", "½:00"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(HoursError):
        minute_of(text)


def test_a_minute_is_written_as_its_time() -> None:
    assert [wall_clock(minute) for minute in (0, 570, 1440)] == ["00:00", "09:30", "24:00"]
