"""A page that goes while we answer it is no error."""

from __future__ import annotations

from typing import Any

import pytest
from autobahn.exception import Disconnected

from connect.ws import WhileThere

pytestmark = pytest.mark.domain


async def test_an_answer_to_a_page_that_has_just_gone_is_dropped_and_its_end_is_heard() -> None:
    """Else a hang-up whose page closes at once left a trace in the log."""
    heard: list[str] = []

    async def consumer(_scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.send", "text": "{}"})
        heard.append((await receive())["type"])

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.disconnect", "code": 1006}

    async def send(_message: dict[str, Any]) -> None:
        raise Disconnected("Attempt to send on a closed protocol")

    await WhileThere(consumer)({"type": "websocket"}, receive, send)

    assert heard == ["websocket.disconnect"]
