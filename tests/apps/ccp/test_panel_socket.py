"""The panel's line through the whole stack: who may open it, what it answers, when it closes."""

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.agents.models import Panel
from apps.audit.models import AuditEntry
from apps.ccp import commands, consumers
from apps.contacts.models import Contact
from apps.core import clock, pool
from apps.core.bus.hub import hub
from apps.core.clock import iso
from apps.core.close_codes import NOT_A_MESSAGE, SILENT, TOO_MUCH
from apps.instances.services.instances import create_instance
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.services import assign, set_permissions
from apps.users.models import User
from apps.users.services import end_session, end_sessions, set_active
from tests.apps.ccp.desk import Desk, command, deaf, hello
from tests.apps.sockets import Json, sign_in
from tests.people import user_with

pytestmark = pytest.mark.db


async def test_without_a_session_the_line_is_closed(desk: Desk) -> None:
    socket = await desk.socket(session=None)

    assert await socket.closed_with() == 4401


async def test_a_user_of_another_instance_is_not_signed_in_here(desk: Desk) -> None:
    def make() -> User:
        return user_with(create_instance(alias="other", name="Other"), "otto", "Agent")

    socket = await desk.socket(session=await sign_in(await pool.run(make)))

    assert await socket.closed_with() == 4401


@pytest.mark.parametrize("profiles", [[], ["Agent"]])
async def test_who_is_no_agent_has_no_panel_sr_004(desk: Desk, profiles: list[str]) -> None:
    """SR-004: neither without the permission nor without a routing profile."""
    user = await desk.do(lambda: user_with(desk.house.instance, "max", *profiles))

    socket = await desk.socket(session=await sign_in(user))

    assert await socket.closed_with() == 4403


async def test_an_unknown_instance_is_not_there(desk: Desk) -> None:
    ana = await desk.agent("ana")

    socket = await desk.socket(session=await sign_in(ana.user), path="/ws/nowhere/ccp")

    assert await socket.closed_with() == 4404


async def test_what_a_panel_asks_for_is_told_of_its_agent_a_01(desk: Desk) -> None:
    socket, _message = await desk.panel("ana")

    for theme in ("dark", "light"):
        await command(socket, "settings.save", theme=theme)

    entries = await desk.do(lambda: list(AuditEntry.objects.order_by("-pk")[:2]))
    assert [entry.changes["theme"][1] for entry in entries] == ["light", "dark"]
    assert {(e.door, e.actor_name, e.remote_addr) for e in entries} == {
        ("socket", "Ana", "127.0.0.1")
    }
    assert len({entry.cid for entry in entries}) == 2


async def test_hello_is_answered_with_the_whole_snapshot(desk: Desk) -> None:
    _socket, message = await desk.panel("ana")

    assert message["panel"]["hasAudio"]
    assert message["panel"]["activity"] == "offline"
    assert message["seq"] > 0
    assert set(message) == {"type", "seq", "now", "snapshot", "configuration", "panel"}
    assert (await desk.do(Panel.objects.get)).is_softphone_ready


async def test_each_change_brings_the_next_snapshot(desk: Desk) -> None:
    socket, first = await desk.panel("ana")
    available = next(s["id"] for s in first["panel"]["statuses"] if s["type"] == "routable")

    result = await command(socket, "agent.set_status", status=available)
    second = await socket.hear("snapshot")

    assert result == {"type": "result", "id": "1", "ok": True}
    assert second["panel"]["activity"] == "available"
    assert second["seq"] == first["seq"] + 1


async def test_a_snapshot_can_be_asked_for(desk: Desk) -> None:
    socket, first = await desk.panel("ana")

    await socket.say(type="snapshot.get")

    assert (await socket.hear("snapshot"))["seq"] == first["seq"]


@pytest.mark.parametrize(
    ("name", "params", "code"),
    [
        ("agent.fly", {}, "UNKNOWN_COMMAND"),
        ("contact.accept", {"contact": str(uuid4())}, "OFFER_GONE"),
        ("agent.set_status", {"status": str(uuid4())}, "NOT_FOUND"),
        ("agent.set_status", {"status": "lunch"}, "INVALID_INPUT"),
    ],
)
async def test_a_refused_command_says_why(
    desk: Desk, name: str, params: dict[str, str], code: str
) -> None:
    socket, _first = await desk.panel("ana")

    result = await command(socket, name, **params)

    assert (result["id"], result["ok"], result["error"]["code"]) == ("1", False, code)
    assert result["error"]["message"].endswith(".")


async def test_without_a_microphone_available_is_refused(desk: Desk) -> None:
    ana = await desk.agent("ana")
    socket = await desk.socket(session=await sign_in(ana.user))
    first = await hello(socket, ready=False)
    available = next(s["id"] for s in first["panel"]["statuses"] if s["type"] == "routable")

    result = await command(socket, "agent.set_status", status=available)

    assert result["error"]["code"] == "SOFTPHONE_NOT_READY"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "hello", "panel": str(uuid4()), "softphone": {"ready": True, "error": None}},
        {"type": "snapshot.get"},
        {"type": "command", "name": "settings.save", "params": {"theme": "dark"}},
        {"type": "media.offer", "connection": str(uuid4()), "generation": 1, "sdp": ""},
    ],
    ids=lambda message: message["type"],
)
async def test_a_right_taken_away_counts_at_every_door_of_the_line_sr_019(
    desk: Desk, message: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The announcement is lost on its way; what was asked is refused, and the line closed."""
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")
    deaf(monkeypatch)
    await desk.do(lambda: assign(ana.user, profiles=[]))

    await socket.say(**message)
    result = await socket.hear("result")

    assert result["error"]["code"] == "NOT_ALLOWED"
    assert await socket.closed_with() == 4403


@pytest.mark.parametrize("taken", ["the profile", "the permission"])
async def test_a_right_taken_away_closes_the_line_and_no_call_rings_there_sr_019(
    desk: Desk, taken: str
) -> None:
    """A panel that may do nothing would let each caller ring in vain."""
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")
    await desk.do(desk.house.choose, ana, "ROUTABLE")
    agents = await desk.do(lambda: SecurityProfile.objects.get(name="Agent"))

    if taken == "the profile":
        await desk.do(lambda: assign(ana.user, profiles=[]))
    else:
        await desk.do(lambda: set_permissions(agents, permissions=[]))

    assert await socket.closed_with() == 4403
    await socket.close()
    assert (await desk.agent("ana")).available_since is None


async def test_other_rights_of_the_user_may_change_while_the_panel_is_open(desk: Desk) -> None:
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")
    agents = await desk.do(lambda: SecurityProfile.objects.get(name="Agent"))

    await desk.do(lambda: set_permissions(agents, permissions=["BasicAgentAccess"]))
    await desk.do(lambda: assign(ana.user, profiles=[agents]))

    assert (await command(socket, "settings.save", theme="dark"))["ok"]
    await socket.say(type="ping")
    assert await socket.hear("pong")


async def test_a_page_that_heard_nothing_of_it_is_closed_within_a_minute_sr_019(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decision 7: a message is a hint, the rows are looked at with the session."""
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")
    deaf(monkeypatch)
    await desk.do(lambda: assign(ana.user, profiles=[]))
    desk.house.time.shift(60)

    await socket.say(type="ping")

    assert await socket.closed_with() == 4403


async def test_a_page_that_missed_messages_finds_that_its_right_is_gone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")
    deaf(monkeypatch)
    await desk.do(lambda: assign(ana.user, profiles=[]))
    await desk.do(desk.house.choose, ana, "ROUTABLE")

    hub.resync()

    assert await socket.closed_with() == 4403


async def test_an_end_heard_late_counts_from_when_it_was_said_r_04(desk: Desk) -> None:
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")
    await desk.do(desk.house.choose, ana, "ROUTABLE")
    customer, _line = await desk.do(desk.house.talking, ana)
    desk.house.time.shift(60)

    contact = await desk.do(lambda: Contact.objects.get(pk=customer.contact_id))
    end = {"name": "contact.end", "params": {"contact": str(contact.public_id)}}
    said_at = clock.now() - timedelta(seconds=12.5)
    await socket.say(type="command", id="1", said_at=iso(said_at), **end)

    assert (await socket.hear("result"))["ok"]
    await desk.do(contact.refresh_from_db)
    assert contact.disconnected_at == said_at


async def test_a_ping_is_answered(desk: Desk) -> None:
    socket, _first = await desk.panel("ana")

    await socket.say(type="ping")

    assert await socket.hear("pong") == {"type": "pong"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no json", NOT_A_MESSAGE),
        ("[]", NOT_A_MESSAGE),
        ('"hello"', NOT_A_MESSAGE),
        (" " * 128 * 1024 + "{}", TOO_MUCH),
    ],
)
async def test_what_is_no_message_closes_the_line(desk: Desk, text: str, code: int) -> None:
    socket, _first = await desk.panel("ana")

    await socket.say_text(text)

    assert await socket.closed_with() == code


async def test_bytes_close_the_line(desk: Desk) -> None:
    socket, _first = await desk.panel("ana")

    await socket.say_bytes(b"{}")

    assert await socket.closed_with() == TOO_MUCH


async def test_a_flood_closes_the_line(desk: Desk) -> None:
    """The clock stands still, so nothing is earned back: 300 messages and no more."""
    socket, _first = await desk.panel("ana")

    for _ in range(300):
        await socket.say(type="nothing")

    assert await socket.closed_with() == TOO_MUCH


@pytest.mark.parametrize("which", ["this", "all"])
async def test_the_end_of_the_session_closes_the_line_sr_006(desk: Desk, which: str) -> None:
    """SR-006: once logged out no call can reach the agent: the tab is gone."""
    ana = await desk.agent("ana")
    session = await sign_in(ana.user)
    socket = await desk.socket(session=session)
    await hello(socket)

    if which == "this":
        await pool.run(end_session, ana.user, session_key=session)
    else:
        await pool.run(end_sessions, ana.user)

    assert await socket.closed_with() == 4409
    await socket.close()
    assert not await desk.do(Panel.objects.exists)


async def test_offline_closes_the_line_and_sends_to_the_log_in_page_sr_069(desk: Desk) -> None:
    """SR-069: with a code of its own, for nobody has to be told what happened."""
    socket, _first = await desk.panel("ana")
    offline = next(each for each in _first["panel"]["statuses"] if each["type"] == "offline")
    await desk.do(desk.house.choose, await desk.agent("ana"), "ROUTABLE")

    await socket.say(
        type="command", id="1", name="agent.set_status", params={"status": offline["id"]}
    )

    assert await socket.closed_with() == 4410


async def test_the_end_of_another_session_does_not_concern_this_one(desk: Desk) -> None:
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")

    await pool.run(end_session, ana.user, session_key="another")
    await socket.say(type="ping")

    assert await socket.hear("pong")


async def test_a_user_who_is_switched_off_loses_the_line(desk: Desk) -> None:
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")

    await pool.run(lambda: set_active(ana.user, is_active=False))

    assert await socket.closed_with() == 4409


async def test_a_closed_line_is_written_down_at_once_r_20(desk: Desk) -> None:
    """R-20: not routable from that moment."""
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")
    await desk.do(desk.house.choose, ana, "ROUTABLE")

    await socket.close()

    assert not await desk.do(Panel.objects.exists)
    assert (await desk.agent("ana")).available_since is None


async def test_an_error_of_ours_leaves_no_agent_reachable_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-20: a handler that fails ends the socket, and nobody rings a tab that is not there."""
    ana = await desk.agent("ana")
    socket, _first = await desk.panel("ana")
    await desk.do(desk.house.choose, ana, "ROUTABLE")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(commands, "run", broken)
    await socket.say(type="command", id="1", name="contact.end", params={})

    with pytest.raises(RuntimeError, match="a mistake"):
        await socket.end()
    desk.sockets.remove(socket)
    assert not await desk.do(Panel.objects.filter(agent=ana).exists)
    assert (await desk.agent("ana")).available_since is None


async def test_a_page_that_says_nothing_is_gone_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-20: the page pings every 5 s; a line that broke without a word is not kept."""
    socket, _first = await desk.panel("ana")
    monkeypatch.setattr(consumers, "SILENT_SECONDS", 0.05)
    await socket.say(type="ping")

    assert await socket.closed_with() == SILENT


async def test_a_second_tab_takes_the_audio_sr_054(desk: Desk) -> None:
    """SR-054: one account at two places: one has the audio, the other is told."""
    first, _snapshot = await desk.panel("ana")
    ana = await desk.agent("ana")
    second = await desk.socket(session=await sign_in(ana.user))
    assert not (await hello(second))["panel"]["hasAudio"]

    assert (await command(second, "panel.take_audio"))["ok"]

    assert await first.hear("taken") == {"type": "taken"}
    assert (await second.hear("snapshot"))["panel"]["hasAudio"]
