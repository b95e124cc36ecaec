"""Two parties through the engine, as browsers would be: sound, hold, prompts, goodbye."""

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from apps.media.assets import write_asset
from apps.media.desired import CallDesired, Clip, LegDesired, PlayerDesired, Silence
from apps.media.engine import Engine
from apps.media.errors import MediaError
from apps.media.events import (
    Applied,
    Event,
    LegConnected,
    LegDigit,
    LegLost,
    PlayerEnded,
    PlayerFailed,
)
from apps.media.leg import Leg
from apps.media.webrtc import WebRtcTransport
from tests.media.peers import RATE, TonePeer, press, until

pytestmark = pytest.mark.media

Peers = Callable[..., TonePeer]
TALK = (LegDesired("a.1", ("b.1",)), LegDesired("b.1", ("a.1",)))


def tone_asset(folder: Path, hertz: float, *, seconds: float) -> Clip:
    """Write a tone as an asset and return the clip that plays it."""
    times = np.arange(int(seconds * RATE)) / RATE
    key = f"tests/{hertz:.0f}-{seconds}"
    write_asset(folder, key, (8000 * np.sin(2 * np.pi * hertz * times)).astype(np.int16))
    return Clip(key)


async def test_two_parties_hear_each_other(
    engine: Engine, events: list[Event], peer: Peers
) -> None:
    a, b = peer(440), peer(660)
    engine.sync(CallDesired("call", 1, 1, legs=TALK))
    await a.join(engine, "call", "a.1")
    await b.join(engine, "call", "b.1")
    await a.hears(660)
    await b.hears(440)
    assert {e.leg for e in events if isinstance(e, LegConnected)} == {"a.1", "b.1"}
    assert [e.sequence for e in events] == list(range(1, len(events) + 1))
    assert [e.version for e in events if isinstance(e, Applied)] == [1]


async def test_hold_is_the_music_and_not_the_peer_and_resume_is_the_peer_again(
    engine: Engine, peer: Peers, assets: Path
) -> None:
    music = PlayerDesired("music", (tone_asset(assets, 900, seconds=0.5),), loop=True)
    a, b = peer(440), peer(660)
    await a.join(engine, "call", "a.1")
    await b.join(engine, "call", "b.1")
    engine.sync(CallDesired("call", 1, 1, legs=TALK))
    await b.hears(440)
    held = (LegDesired("a.1"), LegDesired("b.1", ("music",)))
    engine.sync(CallDesired("call", 1, 2, legs=held, players=(music,)))
    await b.hears(900)
    a.forget()
    b.forget()
    await until(lambda: len(b.pcm()) > RATE)
    spectrum = np.abs(np.fft.rfft(b.pcm()[-RATE // 2 :]))  # 2 Hz a bin
    assert spectrum[450] > 100 * spectrum[220]
    assert a.heard_hz() == 0.0
    engine.sync(CallDesired("call", 1, 3, legs=TALK))
    await b.hears(440)
    await a.hears(660)


async def test_a_list_is_played_to_its_end_once_and_a_missing_item_is_passed_over(
    engine: Engine, events: list[Event], peer: Peers, assets: Path
) -> None:
    a = peer(440)
    items = (Clip("tests/nothing"), Silence(60), tone_asset(assets, 700, seconds=0.6))
    await a.join(engine, "call", "a.1")
    await a.connected()
    prompt = PlayerDesired("prompt", items)
    desired = CallDesired("call", 1, 1, (LegDesired("a.1", ("prompt",)),), (prompt,))
    engine.sync(desired)
    await a.hears(700)
    engine.sync(desired)
    await until(lambda: any(isinstance(e, PlayerEnded) for e in events))
    engine.sync(desired)
    engine.sync(CallDesired("call", 1, 2, desired.legs, desired.players))
    failed = [e for e in events if isinstance(e, PlayerFailed)]
    assert [(e.player, e.item) for e in failed] == [("prompt", 0)]
    assert [e.player for e in events if isinstance(e, PlayerEnded)] == ["prompt"]


async def test_ending_a_call_is_noticed_by_the_browsers_at_once(
    engine: Engine, events: list[Event], peer: Peers
) -> None:
    a = peer()
    await a.join(engine, "call", "a.1")
    await a.connected()
    engine.sync(CallDesired("call", 1, 1, legs=(LegDesired("a.1"),)))
    engine.sync(CallDesired("call", 1, 2, ended=True))
    await until(lambda: a.pc.connectionState == "closed")
    assert engine.stats()["legs"] == 0
    assert not [e for e in events if isinstance(e, LegLost)]
    with pytest.raises(MediaError) as refused:
        await peer().join(engine, "call", "a.2")
    assert refused.value.code == "call_ended"


async def test_a_call_that_ends_during_the_handshake_is_noticed_too(
    engine: Engine, peer: Peers
) -> None:
    """The browser may think itself connected before its last words have reached us."""
    a = peer()

    def end_when_connected() -> None:
        if a.pc.connectionState == "connected":
            engine.sync(CallDesired("call", 1, 1, ended=True))

    a.pc.on("connectionstatechange", end_when_connected)
    await a.join(engine, "call", "a.1")
    await until(lambda: a.pc.connectionState == "closed")


async def test_a_browser_that_says_goodbye_is_lost_as_closed(
    engine: Engine, events: list[Event], peer: Peers
) -> None:
    a = peer()
    engine.sync(CallDesired("call", 1, 1, legs=TALK))
    await a.join(engine, "call", "a.1")
    await a.connected()
    await until(lambda: any(isinstance(e, LegConnected) for e in events))
    await a.close()
    await until(lambda: any(isinstance(e, LegLost) for e in events))
    assert [(e.leg, e.cause) for e in events if isinstance(e, LegLost)] == [("a.1", "closed")]


async def test_a_second_offer_of_a_leg_replaces_the_first(
    engine: Engine, events: list[Event], peer: Peers
) -> None:
    engine.sync(CallDesired("call", 1, 1, legs=TALK))
    first, again, b = peer(440), peer(550), peer(660)
    await first.join(engine, "call", "a.1")
    await b.join(engine, "call", "b.1")
    await b.hears(440)
    await again.join(engine, "call", "a.1")
    await b.hears(550)
    await again.hears(660)
    assert engine.stats()["legs"] == 2
    assert not [e for e in events if isinstance(e, LegLost)]


async def test_a_key_press_is_reported_once_and_passed_on(
    engine: Engine, events: list[Event], peer: Peers
) -> None:
    """RFC 4733: many packets, the end three times, one digit."""
    a, b = peer(440), peer(660)
    engine.sync(CallDesired("call", 1, 1, legs=TALK))
    event_type = 101
    line = f"a=rtpmap:{event_type} telephone-event/8000\r\n"

    def with_events(offer: str) -> str:
        head, opus, rest = offer.partition("a=rtpmap:96 opus/48000/2\r\n")
        return head.replace("SAVPF 96", f"SAVPF 96 {event_type}") + opus + line + rest

    answer = await a.join(engine, "call", "a.1", change=with_events)
    assert "telephone-event/8000" in answer
    await b.join(engine, "call", "b.1", change=with_events)
    await a.connected()
    await b.hears(440)
    got: list[bytes] = []
    b.on_packet(event_type, got.append)
    for key in (5, 5, 11):
        await press(a, key, payload_type=event_type)
    await until(lambda: len([e for e in events if isinstance(e, LegDigit)]) >= 3)
    await until(lambda: got)
    assert "".join(e.digit for e in events if isinstance(e, LegDigit)) == "55#"
    assert got[0][0] == 5


async def test_closed_legs_leave_nothing_behind(engine: Engine, peer: Peers) -> None:
    """No memory, no address, no timer of theirs."""
    peers = [peer() for _ in range(4)]
    for number, one in enumerate(peers):
        engine.sync(CallDesired(f"call-{number}", 1, 1, legs=(LegDesired("a.1"),)))
        await one.join(engine, f"call-{number}", "a.1")
        await one.connected()
    await until(lambda: engine.stats()["connected_legs"] == 4)
    for number in range(4):
        engine.sync(CallDesired(f"call-{number}", 1, 2, ended=True))

    def left() -> list[object]:
        gc.collect()
        return [o for o in gc.get_objects() if type(o) in (WebRtcTransport, Leg)]

    await until(lambda: not left())
    assert not [task for task in asyncio.all_tasks() if "webrtc" in repr(task.get_coro())]
