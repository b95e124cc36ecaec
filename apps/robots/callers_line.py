"""The calling robot's line: a leg for each generation, resumed when its door was opened again."""

from contextlib import suppress

from apps.robots.audio import Listener
from apps.robots.door import Door
from apps.robots.errors import RefusalError
from apps.robots.inbox import Inbox, Message
from apps.robots.leg import Leg
from apps.robots.server_clock import ServerClock

AGAIN_SECONDS = 1.0


class CallersLine:
    """One call's audio; `react` takes what the server says about it."""

    def __init__(self, *, hertz: float, loopback: bool, door: Door, inbox: Inbox) -> None:
        self.listener = Listener()
        self._hertz = hertz
        self._loopback = loopback
        self._door = door
        self._inbox = inbox
        self._leg = self._new_leg()
        self._offer = ""
        self._generation = 1
        self._token: str | None = None
        self._clock = ServerClock()
        self._hung_up_at: str | None = None

    async def call(self, request: Message) -> None:
        """The request that begins the call, with the first offer."""
        self._offer = await self._leg.offer()
        await self._door.send({"type": "call", **request, "sdp": self._offer})

    async def hang_up(self) -> None:
        """Heard now, or when the door is open again."""
        self._hung_up_at = self._hung_up_at or self._clock.now()
        await self._say({"type": "hang_up", "said_at": self._hung_up_at})

    async def close(self) -> None:
        await self._leg.close()

    async def react(self, message: Message) -> None:
        self._clock.heard(message.get("now"))
        match message:
            case {"type": "started", "sdp": sdp}:
                self._token = message.get("resume")
                await self._leg.answered(sdp)
            case {"type": "back"} | {"type": "alarm", "of": "resume again"}:
                await self._resume()
            case {"type": "resumed"}:
                await self._resumed(message)
            case {"type": "problem", "about": about}:
                self._inbox.alarm(AGAIN_SECONDS, of=f"{about} again")
            case {"type": "alarm", "of": "hang_up again"}:
                await self.hang_up()
            case _:
                await self._react_to_generation(message)

    async def _react_to_generation(self, message: Message) -> None:
        match message:
            case {"type": "state", "generation": generation} if generation > self._generation:
                await self._renew(generation)
            case {"type": "stale", "generation": generation}:
                await self._offer_for(generation)
            case {"type": "answer", "generation": generation, "sdp": sdp}:
                if generation == self._generation:
                    await self._leg.answered(sdp)
            case {"type": "alarm", "of": "offer again"}:
                await self._renew(self._generation)

    async def _resume(self) -> None:
        await self._say({"type": "resume", "token": self._token})

    async def _resumed(self, message: Message) -> None:
        if self._hung_up_at is not None:
            await self.hang_up()
        elif message["needs_media"] or message["generation"] > self._generation:
            await self._renew(message["generation"])

    async def _renew(self, generation: int) -> None:
        """A new leg; the tone and the listener go on."""
        former, self._leg = self._leg, self._new_leg()
        self._offer = await self._leg.offer()
        await self._offer_for(generation)
        await former.close()

    async def _offer_for(self, generation: int) -> None:
        self._generation = generation
        await self._say({"type": "offer", "generation": generation, "sdp": self._offer})

    async def _say(self, message: Message) -> None:
        """What a broken door does not take is said again when it is open."""
        with suppress(RefusalError):
            await self._door.send(message)

    def _new_leg(self) -> Leg:
        return Leg(hertz=self._hertz, listener=self.listener, loopback=self._loopback)
