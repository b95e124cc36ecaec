"""Opening hours follow the wall clock of their zone, also when that clock jumps."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.routing.domain.hours import Hours, HoursError, Interval, is_open, next_opening

pytestmark = pytest.mark.domain

NEW_YORK = ZoneInfo("America/New_York")
MONDAY, SUNDAY = 0, 6


def interval(day: int, start: str, end: str) -> Interval:
    return Interval(day=day, start=time.fromisoformat(start), end=time.fromisoformat(end))


def hours(*intervals: Interval, zone: ZoneInfo = NEW_YORK) -> Hours:
    return Hours(zone=zone, intervals=intervals)


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


LUNCH_BREAK = hours(interval(MONDAY, "09:00", "12:00"), interval(MONDAY, "13:00", "17:00"))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-06-01 08:59:59", False),
        ("2026-06-01 09:00:00", True),
        ("2026-06-01 11:59:59", True),
        ("2026-06-01 12:00:00", False),
        ("2026-06-01 13:00:00", True),
        ("2026-06-01 17:00:00", False),
        ("2026-06-02 10:00:00", False),
    ],
)
def test_a_lunch_break_is_two_intervals_and_the_end_is_closed(at: str, expected: bool) -> None:
    assert is_open(LUNCH_BREAK, at=local(at)) is expected


def test_an_end_at_midnight_is_the_end_of_the_day() -> None:
    evening = hours(interval(MONDAY, "10:00", "00:00"))

    assert is_open(evening, at=local("2026-06-01 23:59:59"))
    assert not is_open(evening, at=local("2026-06-02 00:00"))
    assert not is_open(evening, at=local("2026-06-01 09:59"))


def test_midnight_to_midnight_is_the_whole_day() -> None:
    always = hours(*(interval(day, "00:00", "00:00") for day in range(7)))

    assert all(
        is_open(always, at=local("2026-03-01 00:00") + timedelta(hours=h)) for h in range(24 * 14)
    )


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [(0, "22:00", "06:00"), (0, "09:00", "09:00"), (7, "09:00", "10:00"), (-1, "09:00", "10:00")],
)
def test_an_interval_nobody_could_mean_is_refused(day: int, start: str, end: str) -> None:
    with pytest.raises(HoursError):
        interval(day, start, end)


def test_minutes_of_the_day_make_the_same_interval() -> None:
    assert Interval.of_minutes(MONDAY, start=570, end=1020) == interval(MONDAY, "09:30", "17:00")
    assert Interval.of_minutes(MONDAY, start=0, end=1440) == interval(MONDAY, "00:00", "00:00")


@pytest.mark.parametrize(("start", "end"), [(-1, 10), (10, 10), (1320, 360), (0, 1441), (60, 0)])
def test_minutes_outside_the_day_or_in_the_wrong_order_are_refused(start: int, end: int) -> None:
    with pytest.raises(HoursError):
        Interval.of_minutes(MONDAY, start=start, end=end)


def test_daylight_saving_moves_the_opening_in_universal_time() -> None:
    office = hours(interval(MONDAY, "09:00", "17:00"))

    winter = next_opening(office, after=local("2026-03-01 12:00"))
    summer = next_opening(office, after=local("2026-03-08 12:00"))

    assert winter == datetime(2026, 3, 2, 14, tzinfo=UTC)
    assert summer == datetime(2026, 3, 9, 13, tzinfo=UTC)


def test_the_next_opening_is_now_when_open_and_the_next_interval_when_not() -> None:
    open_now = local("2026-06-01 10:30")

    assert next_opening(LUNCH_BREAK, after=open_now) == open_now
    assert next_opening(LUNCH_BREAK, after=local("2026-06-01 12:30")) == local("2026-06-01 13:00")
    assert next_opening(LUNCH_BREAK, after=local("2026-06-01 17:00")) == local("2026-06-08 09:00")


def test_hours_without_intervals_never_open() -> None:
    assert next_opening(hours(), after=local("2026-06-01 12:00")) is None


def test_an_interval_skipped_by_the_clock_opens_a_week_later() -> None:
    night = hours(interval(SUNDAY, "02:00", "03:00"))

    assert next_opening(night, after=local("2026-03-07 12:00")) == local("2026-03-15 02:00")


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("America/New_York", "2026-03-07 20:00"),  # 02:00 becomes 03:00
        ("America/New_York", "2026-10-31 20:00"),  # 02:00 becomes 01:00
        ("Asia/Beirut", "2026-03-28 20:00"),  # midnight becomes 01:00
        ("Australia/Lord_Howe", "2026-04-04 20:00"),  # half an hour back
    ],
)
@pytest.mark.parametrize(
    "night",
    [
        [("00:15", "01:15")],
        [("00:30", "01:45"), ("02:30", "03:30")],
        [("01:15", "01:45")],
        [("02:15", "02:45")],
    ],
)
def test_the_next_opening_is_the_first_open_minute_found_by_looking_at_each(
    zone: str, start: str, night: list[tuple[str, str]]
) -> None:
    calendar = hours(*(interval(SUNDAY, *each) for each in night), zone=ZoneInfo(zone))
    first = local(start, ZoneInfo(zone)).astimezone(UTC)
    minutes = [first + timedelta(minutes=5 * n) for n in range(12 * 9)]

    expected = None
    for at in reversed(minutes):
        expected = at if is_open(calendar, at=at) else expected
        if expected is not None:
            assert next_opening(calendar, after=at) == expected
