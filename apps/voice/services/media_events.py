"""Media events become facts, in order and once each (architecture, decision 9)."""

from apps.contacts.models import Call
from apps.contacts.services import media_facts
from apps.contacts.services.moments import moment_of
from apps.contacts.services.rows import call_work
from apps.core.unit_of_work import unit_of_work
from apps.instances.scope import instance_scope, unscoped
from apps.media.events import (
    Applied,
    Event,
    LegConnected,
    LegDigit,
    LegLost,
    PlayerEnded,
    PlayerFailed,
    RecordingClosed,
    RecordingFailed,
)
from apps.recordings.services import lifecycle


def handle(event: Event, *, boot_id: str | None = None) -> None:
    """Carry out one event; one that was handled before changes nothing.

    `boot_id` names the node that says so: what a call's former node says is not believed.
    """
    with unscoped("an event names its call, the call its instance"):
        call = Call.objects.select_related("instance").filter(public_id=event.call).first()
    if call is None or boot_id not in (None, call.boot_id):
        return
    with instance_scope(call.instance):
        if isinstance(event, Applied):
            _applied(call, event)
        elif not _is_known(call, event):  # repetitions pile up while control is away: no lock
            _handle_in_order(call.pk, event)


def _is_known(call: Call, event: Event) -> bool:
    """Once true, it stays true: rows only ever go on."""
    return event.epoch < call.epoch or event.sequence <= call.event_sequence


def _applied(call: Call, event: Applied) -> None:
    """What the node does now; never announced again, or it would go on for ever."""
    with unit_of_work():
        rows = Call.objects.filter(pk=call.pk, epoch=event.epoch)
        rows.filter(applied_version__lt=event.version).update(applied_version=event.version)
        rows.filter(event_sequence__lt=event.sequence).update(event_sequence=event.sequence)


def _handle_in_order(call_id: int, event: Event) -> None:
    with call_work(call_id) as call:
        if _is_known(call, event):
            return
        call.event_sequence = event.sequence
        call.save(update_fields=["event_sequence"])
        _dispatch(call, event)


def _dispatch(call: Call, event: Event) -> None:
    if isinstance(event, PlayerEnded | PlayerFailed):
        _player_said(call, event)
        return
    if isinstance(event, RecordingClosed):
        lifecycle.closed(event.recording)
        return
    if isinstance(event, RecordingFailed):
        lifecycle.failed(event.recording, event.reason)
        return
    if not isinstance(event, LegConnected | LegLost | LegDigit):
        return
    connection = media_facts.connection_of(call, event.leg)
    if connection is None:
        return
    at = moment_of(event.occurred_at, contact_id=connection.contact_id)
    if isinstance(event, LegConnected):
        media_facts.leg_connected(connection, now=at)
    elif isinstance(event, LegLost):
        media_facts.leg_lost(connection, cause=event.cause, now=at)
    else:
        media_facts.digit_pressed(connection, digit=event.digit, now=at)


def _player_said(call: Call, event: PlayerEnded | PlayerFailed) -> None:
    run = media_facts.run_of_player(event.player, call=call)
    if run is None:
        return
    at = moment_of(event.occurred_at, contact_id=run.contact_id)
    if isinstance(event, PlayerEnded):
        media_facts.player_ended(run, event.player, now=at)
    else:
        media_facts.player_failed(run, event.player, item=event.item, now=at)
