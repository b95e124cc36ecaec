"""Two parties through the engine, as browsers would be: sound, hold, prompts, goodbye."""

from collections.abc import Callable

import pytest

from apps.media.desired import CallDesired, LegDesired
from apps.media.engine import Engine
from apps.media.events import Applied, Event, LegConnected
from tests.media.peers import TonePeer

pytestmark = pytest.mark.media

Peers = Callable[..., TonePeer]


def talking(version: int = 1) -> CallDesired:
    return CallDesired(
        "call", 1, version, legs=(LegDesired("a.1", ("b.1",)), LegDesired("b.1", ("a.1",)))
    )


async def test_two_parties_hear_each_other_and_not_themselves(
    engine: Engine, events: list[Event], peer: Peers
) -> None:
    a, b = peer(440), peer(660)
    engine.sync(talking())
    await a.join(engine, "call", "a.1")
    await b.join(engine, "call", "b.1")
    await a.hears(660)
    await b.hears(440)
    assert {e.leg for e in events if isinstance(e, LegConnected)} == {"a.1", "b.1"}
    assert [e.sequence for e in events] == list(range(1, len(events) + 1))
    assert [e.version for e in events if isinstance(e, Applied)] == [1]
