"""A page that says nothing: asked first, then gone. The time passes when a test says so (R-20)."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from apps.agents.models import Panel
from apps.ccp.consumers import SILENT_SECONDS
from tests.apps.ccp.desk import Desk
from tests.apps.sockets import Socket

pytestmark = pytest.mark.db


class Silence:
    """The timer of the one open page; `passes` is half of the time after which a page is gone."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        self._later = loop.call_later
        self._timers: list[tuple[asyncio.TimerHandle, Callable[[], None]]] = []
        monkeypatch.setattr(loop, "call_later", self._note)

    def passes(self) -> None:
        (act,) = [act for timer, act in self._timers if not timer.cancelled()]
        self._timers.clear()
        act()

    def _note(self, delay: float, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if delay != SILENT_SECONDS / 2:
            return self._later(delay, act, *args, **options)
        timer = self._later(24 * 3600, act)
        self._timers.append((timer, act))
        return timer


async def answer(socket: Socket) -> None:
    """What a hidden page does, whose own pings the browser holds back."""
    await socket.hear("ping")
    await socket.say(type="pong")
    await socket.say(type="snapshot.get")
    await socket.hear("snapshot")  # so the answer has been heard


async def test_a_page_that_answers_whenever_it_is_asked_is_not_gone_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    silence = Silence(monkeypatch)
    socket, _first = await desk.panel("ana")
    opened = await desk.do(Panel.objects.get)

    for _ in range(12):  # a minute and a half
        silence.passes()
        await answer(socket)

    assert (await desk.do(Panel.objects.get)).pk == opened.pk


async def test_a_page_that_does_not_answer_is_gone_after_15_seconds_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    silence = Silence(monkeypatch)
    socket, _first = await desk.panel("ana")

    silence.passes()
    await socket.hear("ping")
    silence.passes()

    assert await socket.closed_with() == 1001
