"""One function decides all audio of a call (architecture, decision 3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.contacts.domain.states import ConnectionKind, ConnectionState

COMFORT = "comfort"  # a player that every call has: soft noise, so that a line never seems dead
MUSIC = "music"  # likewise: what a held party hears when its hold flow has ended

_AUDIBLE = (ConnectionState.EARLY, ConnectionState.CONNECTED)


@dataclass(frozen=True, slots=True)
class Party:
    """What the rule needs to know of a connection.

    `player` is what its own flow run plays to it, if it has a run; `monitored` is the id of the
    party a listening manager listens to.
    """

    id: str
    kind: ConnectionKind
    state: ConnectionState
    is_muted: bool = False
    has_run: bool = False
    player: str | None = None
    has_media: bool = True
    monitored: str | None = None


def hears(parties: Iterable[Party]) -> dict[str, tuple[str, ...]]:
    """For each live party the ids of the parties and players it hears, in a stable order.

    A held party without a run hears music, and so does a customer who is alone: an agent will come.
    One whose only partner is away for a moment (reload) hears comfort sound, never a dead line.
    """
    everyone = [party for party in parties if party.state is not ConnectionState.DISCONNECTED]
    talkers = {p.id: p for p in everyone if p.kind is not ConnectionKind.MONITOR}
    rows = {key: _row(party, everyone) for key, party in talkers.items()}
    for party in everyone:
        if party.kind is ConnectionKind.MONITOR:
            rows[party.id] = _overheard(talkers.get(party.monitored or ""), rows)
    return {party.id: rows[party.id] for party in everyone}


def _overheard(target: Party | None, rows: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What the party listened to hears, and the party itself unless it is muted."""
    if target is None:
        return ()
    return rows[target.id] if target.is_muted else (*rows[target.id], target.id)


def _row(party: Party, everyone: list[Party]) -> tuple[str, ...]:
    if party.has_run:
        return (party.player,) if party.player else ()
    if party.state is ConnectionState.HOLD:
        return (MUSIC,)
    others = [other for other in everyone if other is not party and _speaks(other)]
    if not others and party.kind is ConnectionKind.CUSTOMER and party.state in _AUDIBLE:
        return (MUSIC,)
    if others and not any(other.has_media for other in others):
        return (COMFORT,)
    return tuple(other.id for other in others if not other.is_muted and other.has_media)


def _speaks(party: Party) -> bool:
    return (
        party.kind is not ConnectionKind.MONITOR and party.state in _AUDIBLE and not party.has_run
    )
