"""From the rows of a call to what the media router shall do (architecture, decisions 3 and 9)."""

import hashlib
import json
from dataclasses import replace

from apps.contacts.domain.hears import COMFORT, MUSIC, Party, hears
from apps.contacts.domain.states import ConnectionKind, ConnectionState
from apps.contacts.models import Call, Connection, FlowRun
from apps.core.bus import publish
from apps.instances.scope import scope_of
from apps.media.desired import (
    CallDesired,
    LegDesired,
    PlayerDesired,
    RecordingDesired,
    Tone,
    TrackDesired,
    item_from_dict,
)
from apps.recordings.selectors import desired_recordings

SHARED = (
    PlayerDesired(player=COMFORT, items=(Tone("comfort"),), loop=True),
    PlayerDesired(player=MUSIC, items=(Tone("music"),), loop=True),
)


def sync_calls(call_ids: list[int]) -> None:
    """Flusher of `call`: number what is new and send it to the node after commit.

    A touched call whose audio is to stay as it is gets no new version: the node is left alone.
    """
    for call_id in call_ids:
        with scope_of(Call, call_id):
            _sync(Call.objects.get(pk=call_id))


def _sync(call: Call) -> None:
    desired = desired_state(call)
    digest = _digest(desired)
    if digest == call.desired_digest:
        return
    call.version, call.desired_digest = call.version + 1, digest
    call.save(update_fields=["version", "desired_digest"])
    _publish(call, replace(desired, version=call.version))


def _digest(desired: CallDesired) -> str:
    """A hash over everything but the version."""
    text = json.dumps(replace(desired, version=0).to_dict(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def send(call: Call) -> None:
    """Send the whole desired state; the node ignores what it already does."""
    _publish(call, desired_state(call))


def _publish(call: Call, desired: CallDesired) -> None:
    if call.node:  # else the call waits for a node; it is sent when there is one
        publish(f"media.{call.node}", {"kind": "desired", **desired.to_dict()})


def desired_state(call: Call) -> CallDesired:
    """Legs, who hears whom, and players, all from rows."""
    connections = list(call.connections.exclude(state=ConnectionState.DISCONNECTED).order_by("id"))
    runs = {
        run.connection_id: run
        for run in FlowRun.objects.filter(connection__in=connections, is_running=True)
    }
    table = hears(_party(connection, runs.get(connection.pk)) for connection in connections)
    legs = {str(connection.public_id): connection.leg for connection in connections}
    return CallDesired(
        call=str(call.public_id),
        epoch=call.epoch,
        version=call.version,
        legs=tuple(
            LegDesired(leg=legs[key], hears=tuple(legs.get(source, source) for source in row))
            for key, row in table.items()
        ),
        players=(*SHARED, *(_player(run) for run in runs.values() if _plays(run))),
        ended=call.ended_at is not None,
        recordings=_recordings(call, connections, table),
    )


def _recordings(
    call: Call, connections: list[Connection], table: dict[str, tuple[str, ...]]
) -> tuple[RecordingDesired, ...]:
    """A contact's recording is its agent's leg and the legs that one hears (decision 3)."""
    legs = {str(connection.public_id): connection.leg for connection in connections}
    agents = {
        connection.contact_id: connection
        for connection in connections
        if connection.kind == ConnectionKind.AGENT
    }
    wishes = []
    for recording, contact_id, participants in desired_recordings(call):
        agent = agents.get(contact_id)
        row = table[str(agent.public_id)] if agent else ()
        heard = {
            "agent": (agent.leg,) if agent and not agent.is_muted else (),
            # players are no voices: hold music is not recorded
            "customer": tuple(legs[source] for source in row if source in legs),
        }
        tracks = tuple(TrackDesired(side=side, legs=heard[side]) for side in sorted(participants))
        wishes.append(RecordingDesired(recording=recording, tracks=tracks))
    return tuple(wishes)


def _party(connection: Connection, run: FlowRun | None) -> Party:
    return Party(
        id=str(connection.public_id),
        kind=ConnectionKind(connection.kind),
        state=ConnectionState(connection.state),
        is_muted=connection.is_muted,
        has_run=run is not None,
        player=run.player["id"] if run is not None and run.player and _plays(run) else None,
        has_media=connection.has_media,
    )


def _plays(run: FlowRun) -> bool:
    return bool(run.player and run.player["items"])


def _player(run: FlowRun) -> PlayerDesired:
    player = run.player
    assert player is not None
    return PlayerDesired(
        player=player["id"],
        items=tuple(item_from_dict(item) for item in player["items"]),
        loop=player["loop"],
    )
