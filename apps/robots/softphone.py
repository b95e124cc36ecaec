"""The answering robot's telephone: follows the leg the panel asks for, and listens to it."""

from typing import Any

from apps.robots.audio import Listener
from apps.robots.door import Door
from apps.robots.errors import RefusalError
from apps.robots.leg import Leg
from apps.robots.panel import Panel


class Softphone:
    """At most one leg at a time; a new generation of a connection is a new leg."""

    def __init__(self, *, hertz: float, loopback: bool, panel: Panel, door: Door) -> None:
        self.listener = Listener()
        self._hertz = hertz
        self._loopback = loopback
        self._panel = panel
        self._door = door
        self._leg: Leg | None = None
        self._media: dict[str, Any] | None = None

    async def follow(self, media: dict[str, Any] | None) -> None:
        """Have a leg for `media` (connection and generation) and for nothing else."""
        if media == self._media:
            return
        await self.close()
        self._media = media
        if media is not None:
            await self._connect(media)

    async def close(self) -> None:
        """Close the leg, if there is one."""
        if self._leg:
            await self._leg.close()
            self._leg = None

    async def _connect(self, media: dict[str, Any]) -> None:
        self._leg = Leg(hertz=self._hertz, listener=self.listener, loopback=self._loopback)
        offer = await self._leg.offer()
        connection, generation = media["connection"], media["generation"]
        try:
            answer = await self._panel.offer(
                self._door, connection=connection, generation=generation, sdp=offer
            )
        except RefusalError:
            # The caller left meanwhile, or the leg has a new generation; the next picture says so.
            self._media = None
            return
        await self._leg.answered(answer)
