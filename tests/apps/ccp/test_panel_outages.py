"""The panel's line when messages, its process or the database are away (R-04, R-20)."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError

from apps.agents.models import Panel
from apps.agents.services.statuses import create_status
from apps.ccp import commands, consumers
from apps.contacts.services import availability
from apps.core import bus
from apps.core.bus.hub import hub
from apps.core.close_codes import TRY_AGAIN
from tests.apps.ccp.desk import Desk, command, deaf, give_up
from tests.apps.sockets import sign_in

pytestmark = pytest.mark.db


async def test_a_page_that_missed_messages_sees_the_present_after_a_reconnect(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decision 7: a message is a hint; the watch compares what pages show with the database."""
    ana = await desk.agent("ana")
    socket, first = await desk.panel("ana")
    deaf(monkeypatch)
    await desk.do(desk.house.choose, ana, "ROUTABLE")

    hub.resync()

    shown = await socket.hear("snapshot")
    assert first["panel"]["activity"] == "offline"
    assert shown["panel"]["activity"] == "available"


async def test_a_new_status_is_listed_when_the_watch_looks(desk: Desk) -> None:
    """Nobody announces it to a thousand panels in the transaction that makes it."""
    socket, _first = await desk.panel("ana")
    await desk.do(lambda: create_status(instance=desk.house.instance, name="Lunch"))

    consumers.open_panels.look_soon()

    shown = await socket.hear("snapshot")
    assert "Lunch" in [status["name"] for status in shown["panel"]["statuses"]]


async def test_a_tab_given_up_with_its_stopped_process_is_written_down_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SR-071: a process that was silent too long loses its panels, and gets them back."""
    ana = await desk.agent("ana")
    socket, first = await desk.panel("ana")
    deaf(monkeypatch)
    panel = await desk.do(give_up, ana)

    hub.resync()

    shown = await socket.hear("snapshot")
    assert shown["seq"] > first["seq"]
    back = await desk.do(lambda: Panel.objects.get(agent=ana))
    assert (back.key, back.socket, back.has_audio) == (panel.key, panel.socket, True)


async def test_a_tab_that_hears_that_it_was_given_up_comes_back_and_was_not_taken_r_20(
    desk: Desk,
) -> None:
    """R-20: a process that stood still finds the news of it in its line when it goes on."""
    ana = await desk.agent("ana")
    socket, _first = await desk.panel("ana")
    await desk.do(desk.house.choose, ana, "ROUTABLE")
    before = (await socket.hear("snapshot"))["seq"]

    await desk.do(give_up, ana)

    shown = await socket.hear("snapshot", "taken")
    assert (shown["type"], shown["panel"]["hasAudio"]) == ("snapshot", True)
    assert shown["seq"] > before
    assert (await desk.agent("ana")).available_since is not None


async def test_an_older_message_that_comes_late_does_not_tell_that_a_tab_was_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is older than the picture shown is from before the tab was there."""
    ana = await desk.agent("ana")
    socket, first = await desk.panel("ana")
    looks: list[None] = []
    monkeypatch.setattr(consumers.open_panels, "look_soon", lambda: looks.append(None))
    late = {**first, "seq": first["seq"] - 1, "panels": {}}
    await desk.do(bus.publish_now, f"agent.{ana.pk}", late)

    await socket.say(type="snapshot.get")

    assert (await socket.hear("snapshot", "taken"))["seq"] == first["seq"]
    assert not looks


async def test_a_tab_given_up_comes_back_when_it_asks_for_the_snapshot_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await desk.agent("ana")
    socket, first = await desk.panel("ana")
    deaf(monkeypatch)
    await desk.do(give_up, ana)

    await socket.say(type="snapshot.get")

    shown = await socket.hear("snapshot", "taken")
    assert (shown["type"], shown["panel"]["hasAudio"]) == ("snapshot", True)
    assert shown["seq"] > first["seq"]


async def test_without_the_database_a_command_is_refused_and_the_line_stays_r_04(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """R-04: a refusal like any other, without a trace in the log for each message."""
    socket, _first = await desk.panel("ana")
    with monkeypatch.context() as patch:
        patch.setattr(commands, "run", away)
        result = await command(socket, "contact.end", contact=str(uuid4()))

    assert result["error"]["code"] == "UNAVAILABLE"
    assert "Traceback" not in caplog.text
    assert (await command(socket, "settings.save", theme="dark"))["ok"]


async def test_a_page_that_comes_while_the_database_is_away_may_try_again_r_04(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "open_session", away)
    ana = await desk.agent("ana")

    socket = await desk.socket(session=await sign_in(ana.user))

    assert await socket.closed_with() == TRY_AGAIN


async def test_a_page_that_leaves_while_the_database_is_away_is_written_down_later_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-20: else its agent would be rung at for ever, for this process is alive."""
    monkeypatch.setattr(consumers, "LEAVE_AGAIN_SECONDS", 0.01)
    socket, _first = await desk.panel("ana")
    tries: list[int] = []
    close = availability.panel_closed

    def late(**facts: Any) -> None:
        tries.append(1)
        if len(tries) < 3:
            away()
        close(**facts)

    monkeypatch.setattr(availability, "panel_closed", late)

    await socket.close()

    assert not await desk.do(Panel.objects.exists)
    assert len(tries) == 3


def away(*args: object, **facts: object) -> None:
    """What a service does whose database does not answer."""
    del args, facts
    raise OperationalError("server closed the connection")
