"""What open sockets show, compared with the database: a lost message heals in two seconds.

One query per look for all sockets of a kind in this process; only those behind are brought up to
date. Messages are hints (architecture, decision 7); this is what makes losing one harmless.
"""

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from apps.core import pool

EVERY_SECONDS = 2.0
AT_ONCE = 4  # that catch up: a thousand do not shut out what people do, in a pool of eight threads

Value = TypeVar("Value")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Member(Generic[Value]):
    """One socket: the key of what it shows, what that is (None: nothing yet), how it catches up."""

    key: int
    shown: Callable[[], Value | None]
    catch_up: Callable[[Value], Awaitable[None]]


class Watch(Generic[Value]):
    """Looks while anybody takes part. `look` runs in the service pool: keys → what is true now."""

    def __init__(self, look: Callable[[list[int]], dict[int, Value]]) -> None:
        self._look = look
        self._members: set[Member[Value]] = set()
        self._task: asyncio.Task[None] | None = None
        self._soon = asyncio.Event()
        self._is_blind = False

    def join(self, member: Member[Value]) -> Callable[[], None]:
        """Take part from now on; returns the function that ends it. Call both in the loop."""
        self._members.add(member)
        if self._task is None or self._task.done():
            self._soon = asyncio.Event()
            # a context of its own: the task outlives the socket that happens to begin it
            self._task = asyncio.get_running_loop().create_task(
                self._run(), context=contextvars.Context()
            )

        def leave() -> None:
            self._members.discard(member)
            if not self._members and self._task is not None:
                self._task.cancel()
                self._task = None

        return leave

    def look_soon(self) -> None:
        """Messages may have been lost: do not wait for the next look."""
        self._soon.set()

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), EVERY_SECONDS)
            self._soon.clear()
            try:
                await self._compare()
            except Exception as error:  # the database is away; the next look will do
                if not self._is_blind:
                    _log.warning("Open sockets are not compared with the database: %s", error)
                self._is_blind = True
            else:
                self._is_blind = False

    async def _compare(self) -> None:
        shows = {member: member.shown() for member in self._members}
        before = {member: shown for member, shown in shows.items() if shown is not None}
        if not before:
            return
        found = await pool.run(self._look, [*{member.key for member in before}])
        late = [member for member, shown in before.items() if found.get(member.key, shown) != shown]
        for begin in range(0, len(late), AT_ONCE):
            few = late[begin : begin + AT_ONCE]
            await asyncio.gather(*(self._bring(m, before[m], found[m.key]) for m in few))

    async def _bring(self, member: Member[Value], shown: Value, value: Value) -> None:
        if not self._is_unchanged(member, shown):
            return
        try:
            await member.catch_up(value)
        except Exception as failure:
            _log.warning("A socket could not catch up: %s", failure)

    def _is_unchanged(self, member: Member[Value], shown: Value) -> bool:
        """A message that came meanwhile is newer than the look."""
        return member in self._members and member.shown() == shown
