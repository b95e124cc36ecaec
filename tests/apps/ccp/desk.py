"""An agent at work, for tests of the panel's line."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from apps.agents.models import Agent, Panel
from apps.contacts.services import availability
from apps.core import bus, pool
from apps.instances.scope import instance_scope
from tests.apps.sockets import Json, Socket, sign_in
from tests.journeys.house import House

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


def give_up(agent: Agent) -> Panel:
    """What the sweep does with the tab of a process that was silent too long."""
    panel = Panel.objects.get(agent=agent)
    availability.panel_closed(agent_id=agent.pk, socket=panel.socket)
    return panel


def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every message of the bus is lost."""
    monkeypatch.setattr(bus, "publish_now", lambda topic, message: None)


async def hello(socket: Socket, *, key: str | None = None, ready: bool = True) -> Json:
    softphone = {"ready": ready, "error": None}
    await socket.say(type="hello", panel=key or str(uuid4()), softphone=softphone)
    return await socket.hear("snapshot")


async def command(socket: Socket, name: str, **params: object) -> Json:
    await socket.say(type="command", id="1", name=name, params=params)
    return await socket.hear("result")
