"""When a door that wrong passwords closed opens again (S-05)."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.users.domain.lockout import opens_at

pytestmark = pytest.mark.domain

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
COOL_OFF = timedelta(minutes=15)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("tries", "minute"),
    [
        ([], None),
        ([(0, 9)], None),
        ([(0, 10)], 15),
        ([(0, 5), (3, 5)], 15),
        ([(0, 1), (3, 10)], 18),
        ([(3, 4), (0, 4), (1, 4)], 15),
        ([(0, 30), (1, 9), (2, 1)], 16),
    ],
)
def test_it_opens_when_too_few_tries_are_young_enough_s_05(
    tries: list[tuple[int, int]], minute: int | None
) -> None:
    opens = opens_at([(at(minute), count) for minute, count in tries], limit=10, cool_off=COOL_OFF)

    assert opens == (None if minute is None else at(minute))
