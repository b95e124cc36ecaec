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

    async def follow(self, media: dict[str, Any] | None) -> bool:
        """Have a leg for `media` (connection and generation) and for nothing else.

        False when its offer was refused: to be asked again soon, as the page does.
        """
        if media == self._media or self._is_past(media):
            return True
        await self.close()
        self._media = media
        return media is None or await self._connect(media)

    async def close(self) -> None:
        """Close the leg, if there is one."""
        if self._leg:
            await self._leg.close()
            self._leg = None

    def _is_past(self, media: dict[str, Any] | None) -> bool:
        """A picture may be older than what a refusal has told already."""
        if media is None or self._media is None:
            return False
        is_same = bool(media["connection"] == self._media["connection"])
        return is_same and bool(media["generation"] < self._media["generation"])

    async def _connect(self, media: dict[str, Any]) -> bool:
        self._leg = Leg(hertz=self._hertz, listener=self.listener, loopback=self._loopback)
        offer = await self._leg.offer()
        try:
            answer = await self._negotiate(media, offer)
        except RefusalError:
            self._media = None
            return False
        await self._leg.answered(answer)
        return True

    async def _negotiate(self, media: dict[str, Any], sdp: str) -> str:
        """An offer belongs to no generation: a stale one is made again for the next."""
        while True:
            self._media = media
            try:
                return await self._panel.offer(self._door, **media, sdp=sdp)
            except RefusalError as refusal:
                if refusal.generation is None:
                    raise
                media = media | {"generation": max(media["generation"], refusal.generation)}
