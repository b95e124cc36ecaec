"""What control wants a call to be: the one message the engine converges to.

Frozen and JSON-able (`to_dict`, `from_dict`), because with several nodes it travels through Redis.
A *source id* is a leg id or a player id; a leg id is `<connection uuid>.<generation>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Clip:
    """A rendered asset: a file key below the asset folder, without suffix."""

    asset: str

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "clip", "asset": self.asset}


@dataclass(frozen=True, slots=True)
class Tone:
    """A synthesised sound by name: `music`, `beep`, `comfort`, `ringback-us`, …"""

    name: str

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "tone", "name": self.name}


@dataclass(frozen=True, slots=True)
class Silence:
    """A pause of so many milliseconds, rounded up to whole 20 ms frames."""

    ms: int

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "silence", "ms": self.ms}


PlayItem = Clip | Tone | Silence


def item_from_dict(data: Mapping[str, Any]) -> PlayItem:
    """Read one item back; raises ValueError for a kind that does not exist."""
    match data["kind"]:
        case "clip":
            return Clip(str(data["asset"]))
        case "tone":
            return Tone(str(data["name"]))
        case "silence":
            return Silence(int(data["ms"]))
        case other:
            raise ValueError(f"no such item to play: {other!r}")


@dataclass(frozen=True, slots=True)
class LegDesired:
    """A leg that shall exist and the sources it hears, the most important first."""

    leg: str
    hears: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"leg": self.leg, "hears": list(self.hears)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "LegDesired":
        return cls(str(data["leg"]), tuple(data["hears"]))


@dataclass(frozen=True, slots=True)
class PlayerDesired:
    """A list of items played one after the other; `loop` starts over for ever.

    A changed list under the same id starts anew, so does every list in a new epoch; an unchanged
    one goes on undisturbed.
    """

    player: str
    items: tuple[PlayItem, ...]
    loop: bool = False

    def to_dict(self) -> dict[str, Any]:
        items = [item.to_dict() for item in self.items]
        return {"player": self.player, "items": items, "loop": self.loop}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "PlayerDesired":
        items = tuple(item_from_dict(item) for item in data["items"])
        return cls(str(data["player"]), items, bool(data["loop"]))


@dataclass(frozen=True, slots=True)
class TrackDesired:
    """What these legs say goes into this side, `customer` or `agent`. No legs is silence."""

    side: str
    legs: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"side": self.side, "legs": list(self.legs)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "TrackDesired":
        return cls(str(data["side"]), tuple(data["legs"]))


@dataclass(frozen=True, slots=True)
class RecordingDesired:
    """A recording that shall go on, by its id; a side that is not named is not recorded."""

    recording: str
    tracks: tuple[TrackDesired, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"recording": self.recording, "tracks": [track.to_dict() for track in self.tracks]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "RecordingDesired":
        tracks = tuple(TrackDesired.from_dict(track) for track in data["tracks"])
        return cls(str(data["recording"]), tracks)


@dataclass(frozen=True, slots=True)
class CallDesired:
    """The whole of one call. (`epoch`, `version`) only ever rises; older ones are ignored."""

    call: str
    epoch: int
    version: int
    legs: tuple[LegDesired, ...] = field(default=())
    players: tuple[PlayerDesired, ...] = field(default=())
    ended: bool = False
    recordings: tuple[RecordingDesired, ...] = field(default=())

    @property
    def order(self) -> tuple[int, int]:
        """What makes one desired state newer than another."""
        return (self.epoch, self.version)

    def to_dict(self) -> dict[str, Any]:
        return {
            "call": self.call,
            "epoch": self.epoch,
            "version": self.version,
            "legs": [leg.to_dict() for leg in self.legs],
            "players": [player.to_dict() for player in self.players],
            "ended": self.ended,
            "recordings": [recording.to_dict() for recording in self.recordings],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "CallDesired":
        return cls(
            call=str(data["call"]),
            epoch=int(data["epoch"]),
            version=int(data["version"]),
            legs=tuple(LegDesired.from_dict(leg) for leg in data["legs"]),
            players=tuple(PlayerDesired.from_dict(player) for player in data["players"]),
            ended=bool(data["ended"]),
            recordings=tuple(RecordingDesired.from_dict(one) for one in data["recordings"]),
        )
