"""Between media node and control: notes what was said, and may hold a word back (R-21)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from apps.media.events import Event
from apps.voice.services import media_events


class Courier:
    """Everything that the node says goes through here, for the first time or again."""

    def __init__(self) -> None:
        self.said: list[Event] = []
        self._late: list[tuple[Event, str | None]] = []
        self._is_slow = False
        self._handle = media_events.handle

    def handle(self, event: Event, *, boot_id: str | None = None) -> None:
        if self._is_slow:
            self._late.append((event, boot_id))
            return
        if event not in self.said:
            self.said.append(event)
        self._handle(event, boot_id=boot_id)

    def says_again(self, place: int) -> None:
        """The place-th event from the end comes a second time."""
        if self.said:
            self.handle(self.said[-1 - place % len(self.said)])

    @contextmanager
    def slow(self) -> Iterator[None]:
        """What is said meanwhile stays on the way."""
        self._is_slow = True
        try:
            yield
        finally:
            self._is_slow = False

    def deliver(self) -> None:
        """What was held back arrives, whatever has overtaken it."""
        for event, boot_id in self._late:
            self.handle(event, boot_id=boot_id)
        self._late.clear()


@contextmanager
def courier() -> Iterator[Courier]:
    """While open, all events of the media node go through this one."""
    between = Courier()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(media_events, "handle", between.handle)
        yield between
