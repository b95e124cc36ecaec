"""The panel's line through the whole stack: who may open it, what it answers, when it closes."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from django.db import OperationalError

from apps.agents.models import Agent, Panel
from apps.ccp import commands, consumers
from apps.contacts.models import Contact
from apps.contacts.services import availability
from apps.core import bus, clock, pool
from apps.core.bus.hub import hub
from apps.core.clock import iso
from apps.instances.scope import instance_scope
from apps.instances.services import create_instance
from apps.security_profiles.services import assign
from apps.users.models import User
from apps.users.services import end_session, end_sessions, set_active
from apps.voice import node
from tests.apps.sockets import FakeEngine, Json, Socket, sign_in
from tests.journeys.house import House
from tests.people import user_with

pytestmark = pytest.mark.db

T = TypeVar("T")
PATH = "/ws/demo/ccp"


class Desk:
    """An agent at work: a session, and sockets that are closed afterwards."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.sockets: list[Socket] = []

    async def do(self, act: Callable[..., T], *args: Any) -> T:
        """Carry out a step of the house in a thread, inside the instance's scope."""

        def scoped() -> T:
            with instance_scope(self.house.instance):
                return act(*args)

        return await pool.run(scoped)

    async def agent(self, name: str) -> Agent:
        return await self.do(self.house.agent, name)

    async def socket(self, *, session: str | None, path: str = PATH) -> Socket:
        socket = Socket(path, session=session)
        self.sockets.append(socket)
        return await socket.open()

    async def panel(self, name: str) -> tuple[Socket, Json]:
        """A tab that has said hello, and its first snapshot."""
        agent = await self.agent(name)
        socket = await self.socket(session=await sign_in(agent.user))
        key = str(self.house.panels.setdefault(agent.pk, uuid4()))
        return socket, await hello(socket, key=key)


async def hello(socket: Socket, *, key: str | None = None, ready: bool = True) -> Json:
    softphone = {"ready": ready, "error": None}
    await socket.say(type="hello", panel=key or str(uuid4()), softphone=softphone)
    return await socket.hear("snapshot")


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    desk = Desk(house)
    yield desk
    for socket in desk.sockets:
        await socket.close()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    engine = FakeEngine()
    monkeypatch.setattr(node, "_running", [engine])
    return engine


async def command(socket: Socket, name: str, **params: object) -> Json:
    await socket.say(type="command", id="1", name=name, params=params)
    return await socket.hear("result")


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


async def test_a_right_taken_away_counts_from_the_next_command(desk: Desk) -> None:
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")
    await desk.do(lambda: assign(ana.user, profiles=[]))

    result = await command(socket, "settings.save", theme="dark")

    assert result["error"]["code"] == "NOT_ALLOWED"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "hello", "panel": str(uuid4()), "softphone": {"ready": True, "error": None}},
        {"type": "snapshot.get"},
        {"type": "media.offer", "connection": str(uuid4()), "generation": 1, "sdp": ""},
    ],
    ids=lambda message: message["type"],
)
async def test_a_right_taken_away_counts_at_every_door_of_the_line_sr_019(
    desk: Desk, message: Json
) -> None:
    socket, _first = await desk.panel("ana")
    ana = await desk.agent("ana")
    await desk.do(lambda: assign(ana.user, profiles=[]))

    await socket.say(**message)
    result = await socket.hear("result")

    assert result["error"]["code"] == "NOT_ALLOWED"


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
    [("no json", 1003), ("[]", 1003), ('"hello"', 1003), (" " * 128 * 1024 + "{}", 1008)],
)
async def test_what_is_no_message_closes_the_line(desk: Desk, text: str, code: int) -> None:
    socket, _first = await desk.panel("ana")

    await socket.say_text(text)

    assert await socket.closed_with() == code


async def test_bytes_close_the_line(desk: Desk) -> None:
    socket, _first = await desk.panel("ana")

    await socket.say_bytes(b"{}")

    assert await socket.closed_with() == 1008


async def test_a_flood_closes_the_line(desk: Desk) -> None:
    """The clock stands still, so nothing is earned back: 300 messages and no more."""
    socket, _first = await desk.panel("ana")

    for _ in range(300):
        await socket.say(type="nothing")

    assert await socket.closed_with() == 1008


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
        await socket.hear("result")
    desk.sockets.remove(socket)
    assert not await desk.do(Panel.objects.filter(agent=ana).exists)
    assert (await desk.agent("ana")).available_since is None


async def test_a_page_that_says_nothing_is_gone_r_20(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-20: the page pings every 5 s; a line that broke without a word is not kept."""
    assert consumers.SILENT_SECONDS <= 15
    socket, _first = await desk.panel("ana")
    monkeypatch.setattr(consumers, "SILENT_SECONDS", 0.05)
    await socket.say(type="ping")

    assert await socket.closed_with() == 1001


async def test_a_second_tab_takes_the_audio_sr_054(desk: Desk) -> None:
    """SR-054: one account at two places: one has the audio, the other is told."""
    first, _snapshot = await desk.panel("ana")
    ana = await desk.agent("ana")
    second = await desk.socket(session=await sign_in(ana.user))
    assert not (await hello(second))["panel"]["hasAudio"]

    assert (await command(second, "panel.take_audio"))["ok"]

    assert await first.hear("taken") == {"type": "taken"}
    assert (await second.hear("snapshot"))["panel"]["hasAudio"]


async def offer(socket: Socket, connection: str, *, generation: object = 1) -> Json:
    """Offer audio; the answer or the refusal."""
    await socket.say(
        type="media.offer", id="9", connection=connection, generation=generation, sdp="v=0"
    )
    return await socket.hear("media.answer", "result")


async def accepted(desk: Desk, name: str) -> str:
    """The agent has accepted a call; the connection's id."""

    def go() -> str:
        agent = desk.house.agent(name)
        desk.house.choose(agent, "ROUTABLE")
        desk.house.reach("accepted", agent)
        return str(desk.house.line(agent).public_id)

    return await desk.do(go)


async def test_an_offer_for_the_agents_line_is_answered_by_the_node(
    desk: Desk, engine: FakeEngine
) -> None:
    socket, _first = await desk.panel("ana")
    line = await accepted(desk, "ana")

    answer = await offer(socket, line)

    assert answer == {"type": "media.answer", "id": "9", "sdp": "answer to v=0"}
    assert engine.offers == [(f"{line}.1", "v=0")]


async def test_a_second_offer_of_a_generation_is_stale(desk: Desk, engine: FakeEngine) -> None:
    socket, _first = await desk.panel("ana")
    line = await accepted(desk, "ana")
    await offer(socket, line)

    refused = (await offer(socket, line))["error"]
    assert (refused["code"], refused["generation"]) == ("STALE_LEG", 2)
    assert (await offer(socket, line, generation=2))["type"] == "media.answer"
    assert [leg for leg, _ in engine.offers] == [f"{line}.1", f"{line}.2"]


async def test_a_tab_without_the_audio_cannot_take_the_line(desk: Desk, engine: FakeEngine) -> None:
    """Else two tabs would take it from each other for ever."""
    first, _snapshot = await desk.panel("ana")
    line = await accepted(desk, "ana")
    await offer(first, line)
    ana = await desk.agent("ana")
    second = await desk.socket(session=await sign_in(ana.user))
    await hello(second)

    assert (await offer(second, line))["error"]["code"] == "AUDIO_ELSEWHERE"

    assert [leg for leg, _ in engine.offers] == [f"{line}.1"]


async def test_an_offer_the_node_cannot_use_is_refused(desk: Desk, engine: FakeEngine) -> None:
    socket, _first = await desk.panel("ana")
    line = await accepted(desk, "ana")
    engine.refuses = "no_opus"

    assert (await offer(socket, line))["error"]["code"] == "BAD_MEDIA_OFFER"


async def test_without_a_node_an_offer_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "_running", [])
    socket, _first = await desk.panel("ana")
    line = await accepted(desk, "ana")

    assert (await offer(socket, line))["error"]["code"] == "MEDIA_UNAVAILABLE"


@pytest.mark.parametrize("generation", [None, "1"])
async def test_an_offer_names_its_generation(
    desk: Desk, engine: FakeEngine, generation: object
) -> None:
    socket, _first = await desk.panel("ana")
    line = await accepted(desk, "ana")

    answer = await offer(socket, line, generation=generation)

    assert answer["error"]["code"] == "INVALID_INPUT"


async def test_another_agents_line_answers_like_an_unknown_one(
    desk: Desk, engine: FakeEngine
) -> None:
    """Decision 11: foreign ids answer exactly like ids that do not exist."""
    await desk.panel("bob")
    theirs = await accepted(desk, "bob")
    socket, _first = await desk.panel("ana")

    assert await offer(socket, theirs) == await offer(socket, str(uuid4()))
    assert engine.offers == []


def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every message of the bus is lost."""
    monkeypatch.setattr(bus, "publish_now", lambda topic, message: None)


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


async def test_a_tab_given_up_with_its_stopped_process_is_written_down_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SR-071: a process that was silent too long loses its panels, and gets them back."""
    ana = await desk.agent("ana")
    socket, first = await desk.panel("ana")
    deaf(monkeypatch)
    panel = await desk.do(lambda: Panel.objects.get(agent=ana))
    await desk.do(lambda: availability.panel_closed(agent_id=ana.pk, socket=panel.socket))

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
    panel = await desk.do(lambda: Panel.objects.get(agent=ana))

    await desk.do(lambda: availability.panel_closed(agent_id=ana.pk, socket=panel.socket))

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
    panel = await desk.do(lambda: Panel.objects.get(agent=ana))
    await desk.do(lambda: availability.panel_closed(agent_id=ana.pk, socket=panel.socket))

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

    assert await socket.closed_with() == 1013


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
