"""What the engine tells control. Numbered per call, rising from 1, and handed over in that order.

A call that was forgotten and comes back goes on above all that was told of it.

`occurred_at` is aware UTC; in `to_dict` it is ISO 8601 text and `event` names the class.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The fields every event has; `epoch` is that of the desired state in force."""

    call: str
    epoch: int
    sequence: int
    occurred_at: datetime

    def to_dict(self) -> dict[str, Any]:
        fields = asdict(self) | {"occurred_at": self.occurred_at.isoformat()}
        return {"event": type(self).__name__} | fields


@dataclass(frozen=True, slots=True, kw_only=True)
class LegConnected(Event):
    """The leg's audio path is up in both directions."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegLost(Event):
    """The leg is gone without having been asked to go.

    Causes: `closed` (the peer said goodbye), `silent` (nothing heard), `not_connected` (the path
    never came up), `unclaimed` (no desired state named it), `control_silent` (control has been
    silent and the engine ended the call itself), `dtls_fingerprint_mismatch`, `dtls_failed`,
    `ice_failed`.
    """

    leg: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegDigit(Event):
    """One key press: `0`-`9`, `*`, `#`, `A`-`D` (RFC 4733)."""

    leg: str
    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerEnded(Event):
    """A list that does not loop has been played to its end; said once in an epoch."""

    player: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerFailed(Event):
    """An item (its place in the list, from 0) cannot be played; the next one follows."""

    player: str
    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied(Event):
    """The desired state of this epoch and version is what the engine now does."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingClosed(Event):
    """All files of the recording are closed: it is no longer desired, or the call has ended.

    Also said of one that failed; nothing more will be written.
    """

    recording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed(Event):
    """The recording cannot be written on; what was written stays and the call goes on.

    Said once, and tried again in a new epoch. Reasons: `disk_full`, `not_writable` (a file cannot
    be made), `write_failed`.
    """

    recording: str
    reason: str


KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        *(LegConnected, LegLost, LegDigit, PlayerEnded, PlayerFailed, Applied),
        *(RecordingClosed, RecordingFailed),
    )
}


def event_from_dict(data: Mapping[str, Any]) -> Event:
    """Read an event back; raises KeyError for a name that does not exist."""
    fields = {name: value for name, value in data.items() if name != "event"}
    fields["occurred_at"] = datetime.fromisoformat(fields["occurred_at"])
    return KINDS[data["event"]](**fields)
