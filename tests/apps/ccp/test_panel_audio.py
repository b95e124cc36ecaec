"""The panel's line: offers of audio, and which leg they are for."""

from uuid import uuid4

import pytest

from apps.agents.services.panels import PanelFacts
from apps.ccp.sessions import PanelSession
from apps.ccp.snapshot import agent_message
from apps.core import bus
from apps.voice import node
from tests.apps.ccp.desk import Desk, command, hello
from tests.apps.sockets import FakeEngine, Json, Socket, sign_in

pytestmark = pytest.mark.db


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


async def test_of_two_tabs_with_one_key_the_newer_has_the_audio_and_the_line(
    desk: Desk, engine: FakeEngine
) -> None:
    """A duplicated tab may bring the id of the other: both would ring, and fight for the leg."""
    first, _snapshot = await desk.panel("ana")
    line = await accepted(desk, "ana")
    ana = await desk.agent("ana")
    key = str(desk.house.panels[ana.pk])
    second = await desk.socket(session=await sign_in(ana.user))
    assert (await hello(second, key=key))["panel"]["hasAudio"]

    assert await first.hear("copied") == {"type": "copied", "panel": key}
    assert await first.hear("taken")
    assert (await offer(first, line))["error"]["code"] == "AUDIO_ELSEWHERE"
    assert (await offer(second, line))["type"] == "media.answer"


async def test_a_tab_that_was_copied_goes_on_under_another_key(
    desk: Desk, engine: FakeEngine
) -> None:
    first, _snapshot = await desk.panel("ana")
    line = await accepted(desk, "ana")
    ana = await desk.agent("ana")
    second = await desk.socket(session=await sign_in(ana.user))
    await hello(second, key=str(desk.house.panels[ana.pk]))
    await first.hear("copied")
    shown = await hello(first)
    while shown["panel"]["hasAudio"]:
        shown = await first.hear("snapshot")

    assert (await command(first, "panel.take_audio"))["ok"]

    assert await second.hear("taken", "copied") == {"type": "taken"}
    assert (await offer(first, line))["type"] == "media.answer"


async def test_what_was_said_before_a_tab_was_written_down_takes_no_audio_from_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reload: the row is still that of the former socket while the hello is on its way."""
    _first, _snapshot = await desk.panel("ana")
    ana = await desk.agent("ana")
    key = desk.house.panels[ana.pk]
    former = await desk.do(agent_message, ana.pk)
    say_hello = PanelSession.say_hello

    def late(session: PanelSession, facts: PanelFacts) -> Json:
        for age in (1, 0):
            bus.publish_now(f"agent.{ana.pk}", {**former, "seq": former["seq"] - age})
        return say_hello(session, facts)

    monkeypatch.setattr(PanelSession, "say_hello", late)
    again = await desk.socket(session=await sign_in(ana.user))
    assert (await hello(again, key=str(key)))["panel"]["hasAudio"]
    await again.say(type="ping")

    assert await again.hear("pong", "copied", "taken") == {"type": "pong"}


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
