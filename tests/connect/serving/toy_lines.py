"""Our sockets on our edge, without a database: `main()`, once Django is set up.

`/<code>` is closed with that code as soon as it is open. `/panel` is a panel whose page may be
silent for a moment only, once it has said hello; what would be written down about it is said.
"""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from apps.agents.services.panels import PanelFacts
from apps.ccp import consumers
from apps.core.consumers import JsonConsumer
from apps.core.watch import Watch
from connect.serving.daphne import Edge
from connect.serving.embedded import House


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class ClosedLine(JsonConsumer):
    """Told by its path how to end."""

    async def opened(self) -> None:
        await self.close(code=int(self.scope["path"].strip("/")))


class Tab:
    """A standing that nobody keeps: `PanelSession` without rows."""

    agent_id = user_id = 1

    def say_hello(self, facts: PanelFacts) -> dict[str, Any]:
        say("tab opened")
        consumers.SILENT_SECONDS = 0.4  # from its next word on: a hello may be slow to come
        return {"type": "snapshot", "seq": 1, "panels": {str(facts.key): True}, "panel": {}}

    def leave(self, socket: UUID) -> None:
        del socket
        say("tab gone")


def open_tab(*, alias: str, user_id: int) -> Tab:
    del alias, user_id
    return Tab()


async def panel(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The scope is filled as sessions and routes do it."""

    async def heard() -> dict[str, Any]:
        message: dict[str, Any] = await receive()
        if message["type"] == "websocket.disconnect":
            say("tab disconnected")
        return message

    known = {"url_route": {"kwargs": {"alias": "demo"}}, "user": SimpleNamespace(pk=1)}
    await consumers.PanelConsumer.as_asgi()({**scope, **known}, heard, send)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    consumer = panel if scope["path"] == "/panel" else ClosedLine.as_asgi()
    await consumer(scope, receive, send)


def main() -> None:
    vars(consumers)["open_session"] = open_tab
    consumers.open_panels = Watch(lambda agents: {})
    edge = Edge(application, host="127.0.0.1", port=0)
    House(edge, [], on_ready=lambda url: say(f"Ready: {url}")).run()
