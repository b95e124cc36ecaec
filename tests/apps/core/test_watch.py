"""What open sockets show is compared with the database, in one query for all of them."""

import asyncio
from collections.abc import Callable

import pytest

from apps.core import watch
from apps.core.watch import Member, Watch

pytestmark = pytest.mark.db

PATIENCE = 30  # seconds; a bound for hangs, never a measure


class Page:
    """Shows a number; notes what it was told to show instead."""

    def __init__(self, key: int, shown: int | None) -> None:
        self.key, self.shown = key, shown
        self.told: asyncio.Queue[int] = asyncio.Queue()

    def member(self) -> Member[int]:
        return Member(self.key, shown=lambda: self.shown, catch_up=self._catch_up)

    async def _catch_up(self, value: int) -> None:
        self.shown = value
        await self.told.put(value)


class Crowded(Page):
    """Takes its time, and counts how many do so together."""

    now = most = 0

    async def _catch_up(self, value: int) -> None:
        Crowded.now += 1
        Crowded.most = max(Crowded.most, Crowded.now)
        await asyncio.sleep(0)
        Crowded.now -= 1
        await super()._catch_up(value)


def table(rows: dict[int, int]) -> tuple[Callable[[list[int]], dict[int, int]], list[list[int]]]:
    """A look at these rows, and the keys of each look."""
    asked: list[list[int]] = []

    def look(keys: list[int]) -> dict[int, int]:
        asked.append(sorted(keys))
        return {key: rows[key] for key in keys if key in rows}

    return look, asked


async def test_only_pages_that_are_behind_are_told_and_one_question_serves_all(db: None) -> None:
    look, asked = table({1: 7, 2: 5})
    both = Watch(look)
    late, fresh, gone, silent = Page(1, 6), Page(2, 5), Page(3, 1), Page(1, None)
    ends = [both.join(page.member()) for page in (late, fresh, gone, silent)]

    both.look_soon()
    told = await asyncio.wait_for(late.told.get(), PATIENCE)
    for end in ends:
        end()

    assert told == 7
    assert asked == [[1, 2, 3]]
    assert fresh.told.empty()
    assert gone.told.empty()
    assert silent.told.empty()


async def test_of_many_that_are_behind_a_few_at_a_time_catch_up(db: None) -> None:
    """Each takes one of the threads in which everybody's clicks are carried out."""
    look, _asked = table(dict.fromkeys(range(10), 7))
    pages = [Crowded(key, 6) for key in range(10)]
    watched = Watch(look)
    ends = [watched.join(page.member()) for page in pages]

    watched.look_soon()
    for page in pages:
        await asyncio.wait_for(page.told.get(), PATIENCE)
    for end in ends:
        end()

    assert Crowded.most == watch.AT_ONCE


async def test_it_looks_by_itself(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "EVERY_SECONDS", 0.001)
    look, _asked = table({1: 7})
    page = Page(1, 6)
    leave = Watch(look).join(page.member())

    assert await asyncio.wait_for(page.told.get(), PATIENCE) == 7
    leave()


async def test_what_changed_during_the_look_is_newer_than_the_look(db: None) -> None:
    page = Page(1, 6)
    other = Page(2, 1)

    def look(keys: list[int]) -> dict[int, int]:
        page.shown = 9  # an announcement comes while the query runs
        return {1: 7, 2: 2}

    both = Watch(look)
    ends = [both.join(page.member()), both.join(other.member())]
    both.look_soon()
    await asyncio.wait_for(other.told.get(), PATIENCE)
    for end in ends:
        end()

    assert page.told.empty()


async def test_a_look_that_fails_is_followed_by_the_next(db: None) -> None:
    failures = [ConnectionError("the database is away")]
    failed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def look(keys: list[int]) -> dict[int, int]:
        if failures:
            loop.call_soon_threadsafe(failed.set)
            raise failures.pop()
        return {1: 7}

    page = Page(1, 6)
    one = Watch(look)
    leave = one.join(page.member())
    one.look_soon()
    await asyncio.wait_for(failed.wait(), PATIENCE)
    one.look_soon()

    assert await asyncio.wait_for(page.told.get(), PATIENCE) == 7
    leave()
