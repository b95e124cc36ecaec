"""What a flow changes about its contact."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from apps.contacts.models import Contact, FlowRun
from apps.contacts.services import queueing
from apps.contacts.services.rows import record
from apps.flows.domain import effects
from apps.flows.domain.effects import Effect
from apps.flows.domain.events import Enqueued, Event, Refused
from apps.routing.models import Queue

VOICE_AT_MOST = 64  # characters; no voice has a longer name

Handler = Callable[[FlowRun, Any, datetime], Event | None]

_hang_up: list[Callable[[FlowRun, datetime], None]] = []


def register_hang_up(handler: Callable[[FlowRun, datetime], None]) -> None:
    """Called once at start: how the participant of a run is disconnected."""
    _hang_up.append(handler)


def carry_out(run: FlowRun, effect: Effect, *, now: datetime) -> Event | None:
    """Do one effect; some are answered at once."""
    handler = _HANDLERS.get(type(effect))
    return handler(run, effect, now) if handler else None


def _set_target_queue(run: FlowRun, effect: effects.SetTargetQueue, now: datetime) -> None:
    _set(run.contact, target_queue=Queue.objects.get(public_id=effect.queue))
    record(run.contact, "queue_set", at=now, queue=effect.queue)


def _set_recording(run: FlowRun, effect: effects.SetRecording, now: datetime) -> None:
    """Has effect until an agent is connected; what is set later changes nothing (SR-128)."""
    if run.contact.connected_to_agent_at is None:
        _set(run.contact, recorded=sorted(effect.participants))
        record(run.contact, "recording_set", at=now, participants=sorted(effect.participants))


def _set_attributes(run: FlowRun, effect: effects.SetAttributes, now: datetime) -> None:
    del now
    _set(run.contact, attributes={**run.contact.attributes, **effect.attributes})


def _set_hook(run: FlowRun, effect: effects.SetHook, now: datetime) -> None:
    del now
    flow = None if effect.disabled else effect.flow
    _set(run.contact, hooks={**run.contact.hooks, effect.hook: flow})


def _set_voice(run: FlowRun, effect: effects.SetVoice, now: datetime) -> None:
    del now
    _set(run.contact, voice=effect.voice[:VOICE_AT_MOST])


def _set_logging(run: FlowRun, effect: effects.SetLogging, now: datetime) -> None:
    del now
    _set(run.contact, is_flow_logged=effect.enabled)


def _change_priority(run: FlowRun, effect: effects.ChangePriority, now: datetime) -> None:
    _set(run.contact, priority=effect.priority)
    queueing.reordered(run.contact, now=now)


def _adjust_age(run: FlowRun, effect: effects.AdjustAge, now: datetime) -> None:
    _set(run.contact, age_adjustment_seconds=effect.seconds)
    queueing.reordered(run.contact, now=now)


def _enqueue(run: FlowRun, effect: effects.Enqueue, now: datetime) -> Event:
    token = str(run.state["waiting"]["token"])
    refusal = queueing.enqueue(run.contact, queue_id=effect.queue, now=now)
    return Refused(token, refusal) if refusal else Enqueued(token)


def _disconnect(run: FlowRun, effect: effects.Disconnect, now: datetime) -> None:
    del effect
    for handler in _hang_up:
        handler(run, now)


def _log(run: FlowRun, effect: effects.Log, now: datetime) -> None:
    if run.contact.is_flow_logged:
        facts = {name: value for name, value in effect.to_dict().items() if name != "kind"}
        record(run.contact, "flow_log", at=now, **facts)


def _set(contact: Contact, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(contact, name, value)
    contact.save(update_fields=list(fields))


_HANDLERS: dict[type[Effect], Handler] = {
    effects.SetTargetQueue: _set_target_queue,
    effects.SetRecording: _set_recording,
    effects.SetAttributes: _set_attributes,
    effects.SetHook: _set_hook,
    effects.SetVoice: _set_voice,
    effects.SetLogging: _set_logging,
    effects.ChangePriority: _change_priority,
    effects.AdjustAge: _adjust_age,
    effects.Enqueue: _enqueue,
    effects.Disconnect: _disconnect,
    effects.Log: _log,
}
