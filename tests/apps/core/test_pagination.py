"""Keyset pages over (column, public_id)."""

import base64
import json
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.pagination import InvalidCursor, page_of
from apps.instances.models import Instance
from apps.users.models import User
from apps.users.selectors import users_of
from tests.people import user_with

pytestmark = pytest.mark.db


@pytest.fixture
def people(demo_instance: Instance) -> list[User]:
    return [user_with(demo_instance, f"user{n}") for n in range(5)]


def names_from(instance: Instance, *, limit: int) -> list[str]:
    names: list[str] = []
    after = None
    while True:
        page = page_of(users_of(instance), column="username", after=after, limit=limit)
        names += [user.username for user in page.rows]
        if page.after is None:
            return names
        after = page.after


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_pages_together_are_the_whole_in_order(
    demo_instance: Instance, people: list[User], limit: int
) -> None:
    assert names_from(demo_instance, limit=limit) == [user.username for user in people]


@pytest.mark.parametrize("limit", [1, 2])
def test_rows_that_are_equal_in_the_column_are_neither_skipped_nor_repeated(
    demo_instance: Instance, people: list[User], limit: int
) -> None:
    User.objects.update(first_name="Same")
    seen: list[int] = []
    after = None
    while True:
        page = page_of(users_of(demo_instance), column="first_name", after=after, limit=limit)
        seen += [user.pk for user in page.rows]
        after = page.after
        if after is None:
            break

    assert sorted(seen) == [user.pk for user in people]


def test_a_row_that_goes_away_between_pages_moves_nothing(
    demo_instance: Instance, people: list[User]
) -> None:
    first = page_of(users_of(demo_instance), column="username", limit=2)
    people[0].delete()

    second = page_of(users_of(demo_instance), column="username", limit=2, after=first.after)

    assert [user.username for user in second.rows] == ["user2", "user3"]


@pytest.mark.parametrize("limit", [1, 2, 4, 5])
def test_newest_first_pages_are_the_whole_however_equal_the_instants(
    demo_instance: Instance, people: list[User], limit: int
) -> None:
    start = clock.now()
    for n, user in enumerate(people):
        User.objects.filter(pk=user.pk).update(created_at=start + timedelta(microseconds=n // 2))
    seen: list[User] = []
    after = None
    while True:
        page = page_of(users_of(demo_instance), column="-created_at", after=after, limit=limit)
        seen += page.rows
        after = page.after
        if after is None:
            break

    assert seen == list(reversed(people))


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "", "x", "%%%", "ä", encoded([]), encoded(["a"]), encoded(["a", "b"]), encoded({}),
        encoded([1, "0190163d-8694-739b-aea5-966c26f8ad91"]), encoded(["a", 1]), encoded(None),
        encoded(["a\0", "0190163d-8694-739b-aea5-966c26f8ad91"]),
    ],
)  # fmt: skip
def test_a_cursor_that_no_page_gave_out_is_refused(demo_instance: Instance, after: str) -> None:
    with pytest.raises(InvalidCursor):
        page_of(users_of(demo_instance), column="username", after=after)


@pytest.mark.parametrize(
    "instant",
    ["", "yesterday", "2026-11-23T07:00:00", "0001-01-01T00:00:00+14:00", "\ud800", "[" * 9999],
)
def test_a_cursor_with_another_instant_is_refused(demo_instance: Instance, instant: str) -> None:
    after = encoded([instant, "0190163d-8694-739b-aea5-966c26f8ad91"])

    with pytest.raises(InvalidCursor):
        page_of(users_of(demo_instance), column="-created_at", after=after)


def test_a_cursor_of_nothing_but_brackets_is_refused(demo_instance: Instance) -> None:
    after = base64.urlsafe_b64encode(b"[" * 99_999).decode()

    with pytest.raises(InvalidCursor):
        page_of(users_of(demo_instance), column="username", after=after)
