"""A robot's ear that knows when it heard first, and the two who talk: an agent and a caller."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import numpy as np

from apps.robots.audio import SILENCE_DB, Listener, Samples
from apps.robots.door import Door, open_door
from apps.robots.errors import RobotError, SignedOutError
from apps.robots.inbox import Inbox, Message
from apps.robots.leg import Leg
from apps.robots.panel import Panel
from apps.robots.session import Site, browser, log_in
from apps.robots.softphone import Softphone

# Both have whole periods in a frame of 20 ms, and the music of the queue has nothing at either.
CALLER_HZ, AGENT_HZ = 1000, 1500
MOSTLY = 0.6  # of a frame's power, for the frame to be that tone


class Ear(Listener):
    """Notes, by the loop's clock, the first frame with any sound and the first with one tone."""

    def __init__(self, hertz: int) -> None:
        super().__init__()
        self._hertz = hertz
        loop = asyncio.get_running_loop()
        self.sound: asyncio.Future[float] = loop.create_future()
        self.tone: asyncio.Future[float] = loop.create_future()

    def take(self, samples: Samples, rate: int) -> None:
        now = asyncio.get_running_loop().time()
        power = float(np.mean(np.square(samples)))
        if 10 * np.log10(max(power, 1e-12)) < SILENCE_DB:
            return
        if not self.sound.done():
            self.sound.set_result(now)
        turning = np.exp(-2j * np.pi * self._hertz * np.arange(samples.size) / rate)
        share = 2 * abs(np.mean(samples * turning)) ** 2 / power
        if share > MOSTLY and not self.tone.done():
            self.tone.set_result(now)


class Desk:
    """An agent at a panel, who does one thing after the other."""

    def __init__(self, door: Door, panel: Panel, inbox: Inbox) -> None:
        self._door, self._panel, self._inbox = door, panel, inbox
        self._phone = Softphone(hertz=AGENT_HZ, loopback=True, panel=panel, door=door)
        self._picture: dict[str, Any] = {"activity": None}

    async def until(self, *activities: str) -> str:
        """Follow the pictures and their audio to one of these; returns the contact, if any."""
        while self._picture["activity"] not in activities:
            match await self._inbox.take():
                case {"type": "snapshot", "panel": picture}:
                    self._picture = picture
                    await self._phone.follow(picture["media"])
                case {"type": "lost" | "taken" as fate}:
                    raise RobotError(f"The panel was {fate}.")
        return str((self._picture["contact"] or {}).get("id", ""))

    def listens(self) -> Ear:
        """The ear of the next call."""
        ear = self._phone.listener = Ear(CALLER_HZ)
        return ear

    async def choose(self, kind: str) -> None:
        await self.until("offline", "available")
        status = next(each["id"] for each in self._picture["statuses"] if each["type"] == kind)
        await self._panel.command(self._door, "agent.set_status", status=status)

    async def say(self, name: str, contact: str) -> None:
        await self._panel.command(self._door, name, contact=contact)

    async def close(self) -> None:
        await self._phone.close()


@asynccontextmanager
async def at_desk(at: Site, *, user: str, password: str) -> AsyncIterator[Desk]:
    """Sign in, be available; signed out again by being offline."""
    inbox = Inbox()
    panel = Panel(inbox)
    async with browser() as http:
        await log_in(http, at=at, user=user, password=password)
        async with await open_door(http, at=at, door="ccp", on_message=panel.receive) as door:
            await panel.hello(door)
            desk = Desk(door, panel, inbox)
            try:
                await desk.choose("routable")
                await desk.until("available")
                yield desk
                with suppress(SignedOutError):  # which may be heard of before the answer
                    await desk.choose("offline")
            finally:
                await desk.close()


@asynccontextmanager
async def calling(at: Site, *, number: str) -> AsyncIterator[Ear]:
    """Somebody with a tone in a call; goes away without a farewell."""
    inbox, ear = Inbox(), Ear(AGENT_HZ)
    leg = Leg(hertz=CALLER_HZ, listener=ear, loopback=True)
    async with (
        browser() as http,
        await open_door(http, at=at, door="call", on_message=inbox.put) as door,
    ):
        try:
            request: Message = {"type": "call", "number": number, "from": None, "attributes": {}}
            await door.send({**request, "sdp": await leg.offer()})
            await leg.answered((await _started(inbox))["sdp"])
            yield ear
        finally:
            await leg.close()


async def _started(inbox: Inbox) -> Message:
    while (message := await inbox.take())["type"] != "started":
        if message["type"] in ("refused", "lost"):
            raise RobotError(str(message))
    return message
