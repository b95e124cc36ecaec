"""Media nodes: what they say of themselves, and when their silence means that they are gone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

GAP_SECONDS = 2.0  # control looks once a second
ECHO_SECONDS = 1.5  # control hears its own word on the bus at least so often, or the bus is deaf
CATCHING_UP_SECONDS = 1.0  # after a gap: what others say again at once has to reach us


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Half-secondly word of a node; `late_ms` is the latest its packets were in that time."""

    slot: str
    boot_id: str
    calls: int
    capacity: int
    is_draining: bool = False
    late_ms: float = 0.0
    address: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Heartbeat":
        return cls(**{name: data[name] for name in cls.__slots__ if name in data})


class NodeWatch:
    """Keeps the last word of each node and says who has been silent for too long.

    Control judges only what it could have heard: it ran without a gap, and heard itself on the bus.
    All instants are seconds of one monotonic clock of the caller.
    """

    def __init__(self, *, at: float, silence_seconds: float = 2.0) -> None:
        """Heartbeats come twice a second; a node silent for `silence_seconds` is gone."""
        self._silence_seconds = silence_seconds
        self._listening_since = at
        self._looked_at = at
        self._echo_at = at
        self._heard_at: dict[str, float] = {}
        self._news: dict[str, Heartbeat] = {}

    def heard(self, beat: Heartbeat, *, at: float) -> None:
        """A node has spoken."""
        self._heard_at[beat.slot] = at
        self._news[beat.slot] = beat

    def echoed(self, *, at: float) -> None:
        """Our own word came back over the bus: whoever speaks is heard."""
        self._echo_at = at

    def news(self) -> list[Heartbeat]:
        """The last word of each node that spoke since this was asked."""
        news, self._news = self._news, {}
        return list(news.values())

    def look(self, *, at: float) -> bool:
        """Call each second. False after a gap of ours: nobody can be blamed now."""
        was_away = at - self._looked_at > GAP_SECONDS
        is_deaf = at - self._echo_at > ECHO_SECONDS
        self._looked_at = at
        if was_away or is_deaf:
            self._listening_since = at
        return not (was_away or is_deaf)

    def is_silent(self, slot: str, *, at: float) -> bool:
        """Whether a node should have been heard and was not."""
        could_be_heard_since = self._listening_since + CATCHING_UP_SECONDS
        last_word = self._heard_at.get(slot, could_be_heard_since)
        return at - max(last_word, could_be_heard_since) > self._silence_seconds
