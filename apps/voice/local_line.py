"""The line to control inside one process: straight into the services."""

from functools import partial

from apps.contacts.domain.nodes import Heartbeat
from apps.contacts.services import nodes
from apps.core import bus, clock, pool
from apps.media.events import Event
from apps.voice.services import media_events
from apps.voice.wire import HEARTBEATS


class LocalLine:
    """The lock on the data folder keeps the slot."""

    def __init__(self, boot_id: str) -> None:
        self._boot_id = boot_id

    async def open(self, beat: Heartbeat) -> None:
        """In the registry before the house says that calls can be made."""
        await pool.run(partial(nodes.heard, beat, now=clock.now()))

    async def beat(self, beat: Heartbeat) -> None:
        bus.publish_now(HEARTBEATS, beat.to_dict())

    async def hand_over(self, event: Event) -> None:
        await pool.run(media_events.handle, event, boot_id=self._boot_id)

    async def aclose(self) -> None:
        """Nothing is held."""
