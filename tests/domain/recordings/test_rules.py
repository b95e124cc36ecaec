"""Names, links and retries."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from apps.recordings.domain.links import is_good
from apps.recordings.domain.naming import file_name, peaks_name
from apps.recordings.domain.retrying import pause

pytestmark = pytest.mark.domain


def test_a_file_is_named_after_contact_and_time_in_utc() -> None:
    at = datetime(2024, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    name = file_name(alias="demo", contact="0197", started_at=at)

    assert name == "demo/CallRecordings/2024/02/29/0197_20240229T23_30_UTC.webm"
    assert file_name(alias="demo", contact="0197", started_at=at.astimezone(UTC)) == name
    assert peaks_name(name).endswith("/0197_20240229T23_30_UTC.peaks.json")


@pytest.mark.parametrize(
    ("seconds", "is_begun", "is_part", "good"),
    [
        (0, False, False, True),
        (60, False, True, True),
        (61, False, True, False),
        (61, False, False, False),
        (61, True, True, True),
        (61, True, False, False),
        (5 * 3600, True, True, False),
    ],
)
def test_a_link_is_begun_within_a_minute_and_continued_in_parts_s_15(
    seconds: int, is_begun: bool, is_part: bool, good: bool
) -> None:
    assert is_good(age=timedelta(seconds=seconds), is_begun=is_begun, is_part=is_part) is good


def test_retries_come_later_and_later_and_never_end() -> None:
    waits = [pause(attempt) for attempt in range(1, 12)]

    assert waits[0] == timedelta(minutes=1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)
