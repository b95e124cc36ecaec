"""A page that says nothing: asked first, then gone. The time passes when a test says so (R-20)."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from apps.agents.models import Panel
from apps.ccp import commands
from apps.ccp.consumers import SILENT_SECONDS, PanelConsumer
from apps.contacts.services import availability
from apps.core.close_codes import SILENT
from tests.apps.ccp.desk import Desk, give_up
from tests.apps.sockets import PATIENCE, Socket

pytestmark = pytest.mark.db

MARGIN_SECONDS = 3  # to write the farewell down, and to route


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


class Farewells:
    """What is written down as gone: `next` waits for the next one that is through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Queue[None] = asyncio.Queue()
        self._close = availability.panel_closed
        monkeypatch.setattr(availability, "panel_closed", self._note)

    async def next(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._done.get()

    def are_over(self) -> bool:
        return self._done.empty()

    def _note(self, **facts: Any) -> None:
        self._close(**facts)
        self._loop.call_soon_threadsafe(self._done.put_nowait, None)


async def broken(*_: object, **__: object) -> None:
    mistaken()


def mistaken(**_: object) -> None:
    raise RuntimeError("a mistake")


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

    for _ in range(12):  # a minute and more
        silence.passes()
        await answer(socket)

    assert (await desk.do(Panel.objects.get)).pk == opened.pk


async def test_a_page_that_does_not_answer_is_gone_within_15_seconds_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SILENT_SECONDS <= 15 - MARGIN_SECONDS
    silence = Silence(monkeypatch)
    socket, _first = await desk.panel("ana")

    silence.passes()
    await socket.hear("ping")
    silence.passes()

    assert await socket.closed_with() == SILENT


async def test_a_page_given_up_is_out_of_routing_before_it_answers_the_close_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-20, SR-071: the dead answer nothing; who only slept is not heard on this line any more."""
    silence, farewells = Silence(monkeypatch), Farewells(monkeypatch)
    socket, _first = await desk.panel("ana")
    await desk.do(desk.house.choose, await desk.agent("ana"), "ROUTABLE")
    silence.passes()
    silence.passes()
    await farewells.next()
    assert (await desk.agent("ana")).available_since is None
    assert await socket.closed_with() == SILENT

    await socket.say(type="hello", panel=str(uuid4()), softphone={"ready": True, "error": None})
    await socket.close()

    assert not await desk.do(Panel.objects.exists)
    assert farewells.are_over()
    assert socket.is_silent()


async def test_a_page_given_up_while_it_is_written_down_is_gone_all_the_same_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-20: else its row would come after the farewell, and stay as long as this process."""
    silence, farewells = Silence(monkeypatch), Farewells(monkeypatch)
    began, may_go_on = asyncio.Event(), threading.Event()
    loop, write = asyncio.get_running_loop(), availability.panel_opened

    def slow(**facts: Any) -> None:
        loop.call_soon_threadsafe(began.set)
        assert may_go_on.wait(PATIENCE)
        write(**facts)

    socket, _first = await desk.panel("ana")
    monkeypatch.setattr(availability, "panel_opened", slow)
    await desk.do(give_up, await desk.agent("ana"))
    await farewells.next()
    await began.wait()
    silence.passes()
    silence.passes()
    await farewells.next()
    assert await socket.closed_with() == SILENT

    may_go_on.set()
    await farewells.next()

    assert not await desk.do(Panel.objects.exists)


async def test_a_page_whose_message_takes_us_long_is_not_silent_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-20: what it says meanwhile waits for us; a database that stands still ends no line."""
    silence = Silence(monkeypatch)
    socket, _first = await desk.panel("ana")
    began, may_go_on = asyncio.Event(), threading.Event()
    loop, run = asyncio.get_running_loop(), commands.run

    def slow(*args: Any, **facts: Any) -> None:
        loop.call_soon_threadsafe(began.set)
        assert may_go_on.wait(PATIENCE)
        run(*args, **facts)

    monkeypatch.setattr(commands, "run", slow)
    await socket.say(type="command", id="1", name="settings.save", params={"theme": "dark"})
    await began.wait()

    for _ in range(3):
        silence.passes()
        silence.passes()
        await socket.hear("ping")
    may_go_on.set()

    assert (await socket.hear("result"))["ok"]
    silence.passes()
    silence.passes()
    assert await socket.closed_with() == SILENT


async def test_what_fails_for_a_silent_page_is_logged_and_the_page_is_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    silence = Silence(monkeypatch)
    monkeypatch.setattr(PanelConsumer, "_ask", broken)
    socket, _first = await desk.panel("ana")

    silence.passes()
    silence.passes()

    assert await socket.closed_with() == SILENT
    assert "a mistake" in caplog.text


async def test_a_page_whose_line_cannot_be_closed_is_gone_all_the_same_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-20: the row matters more than what the page is told."""
    silence, farewells = Silence(monkeypatch), Farewells(monkeypatch)
    await desk.panel("ana")
    monkeypatch.setattr(PanelConsumer, "close", broken)

    silence.passes()
    silence.passes()
    await farewells.next()

    assert not await desk.do(Panel.objects.exists)


async def test_a_farewell_that_fails_is_logged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    socket, _first = await desk.panel("ana")
    monkeypatch.setattr(availability, "panel_closed", mistaken)

    await socket.close()

    assert "a mistake" in caplog.text
