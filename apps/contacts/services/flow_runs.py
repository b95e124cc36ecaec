"""Flows at work: the engine's steps, carried out on rows.

A run belongs to a connection and plays to it. Its events are the engine's answers; each step is
part of the transaction that locked the call. What a run's end means is decided elsewhere
(`wiring.py`), because the endings know offers and queues, and those know runs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from apps.contacts.domain.states import ConnectionState, ContactState, RunKind
from apps.contacts.models import Connection, Contact, FlowRun
from apps.contacts.services import flow_effects, playing
from apps.contacts.services.rows import record
from apps.contacts.services.world import ContactWorld
from apps.core.unit_of_work import touch
from apps.flows.domain import collecting
from apps.flows.domain.effects import Collect, Effect, End, LoopPlay, Play, StopPlaying
from apps.flows.domain.engine import begin, step
from apps.flows.domain.events import (
    Cancelled,
    Digits,
    Event,
    LoopInterrupted,
    PlayEnded,
    Refused,
    Started,
    TimedOut,
)
from apps.flows.domain.types import NO_MATCH
from apps.flows.models import Asset, FlowVersion
from apps.flows.selectors import pinned, version_for

EndHandler = Callable[[FlowRun, str, datetime], None]

_end_handlers: dict[RunKind, EndHandler] = {}

KIND_OF_FLOW = {
    RunKind.CUSTOMER_QUEUE: "CUSTOMER_QUEUE",
    RunKind.AGENT_WHISPER: "AGENT_WHISPER",
    RunKind.CUSTOMER_WHISPER: "CUSTOMER_WHISPER",
    RunKind.CUSTOMER_HOLD: "CUSTOMER_HOLD",
    RunKind.AGENT_HOLD: "AGENT_HOLD",
}


def register_end(kind: RunKind, handler: EndHandler) -> None:
    """Called once at start: what it means when a run of this kind is over."""
    _end_handlers[kind] = handler


def start(connection: Connection, *, kind: RunKind, version: FlowVersion, now: datetime) -> FlowRun:
    """Begin a flow for a connection; whatever ran there is cancelled."""
    cancel(connection)
    contact = connection.contact
    earlier = contact.runs.order_by("-id").first()
    flow = pinned(version)
    run = FlowRun.objects.create(
        instance_id=connection.instance_id,
        contact=contact,
        connection=connection,
        kind=kind,
        version=version,
        state=begin(flow, carried=earlier.state if earlier else None),
    )
    record(contact, "flow_started", at=now, flow=flow.flow, kind=kind)
    feed(run, Started(), now=now)
    return run


def start_hook(connection: Connection, *, kind: RunKind, now: datetime) -> bool:
    """Begin the flow set for this moment; False when none is to run."""
    contact = connection.contact
    version = version_for(instance=contact.instance, kind=KIND_OF_FLOW[kind], hooks=contact.hooks)
    if version is None:
        return False
    start(connection, kind=kind, version=version, now=now)
    return True


def ensure_queue_flow(customer: Connection, *, contact: Contact, now: datetime) -> None:
    """A waiting customer hears the queue flow; it starts anew when a whisper had replaced it."""
    contact.refresh_from_db(fields=["state"])
    running = running_run(customer)
    if contact.state != ContactState.QUEUED or customer.state == ConnectionState.DISCONNECTED:
        return
    if running is None or running.kind != RunKind.CUSTOMER_QUEUE:
        start_hook(customer, kind=RunKind.CUSTOMER_QUEUE, now=now)


def running_run(connection: Connection) -> FlowRun | None:
    return (
        FlowRun.objects.filter(connection=connection, is_running=True)
        .select_related(
            "contact__instance",
            "contact__queue",
            "contact__target_queue",
            "contact__initial",
            "contact__previous",
            "connection__agent__user",
            "version__flow",
        )
        .first()
    )


def cancel(connection: Connection) -> None:
    """Stop what runs for the connection; its end is not an event of the contact."""
    run = (
        FlowRun.objects.filter(connection=connection, is_running=True)
        .select_related("contact")
        .first()
    )
    if run is not None:
        cancel_run(run)


def cancel_run(run: FlowRun) -> None:
    """Stop this run."""
    state, _effects = step(run.state, Cancelled(), ContactWorld(run, now=run.created_at))
    run.state = state
    _finish(run)


def feed(run: FlowRun, event: Event, *, now: datetime) -> None:
    """One step of the engine and what it wants done, until the run waits or is over."""
    answer = _step(run, event, now=now)
    while answer is not None:
        answer = _step(run, answer, at_once=True, now=now)


def _step(run: FlowRun, event: Event, *, at_once: bool = False, now: datetime) -> Event | None:
    """One step, and the answer to what it wanted, where that is known at once."""
    answer: Event | None = None
    world = ContactWorld(run, now=now)
    run.state, effects = step(run.state, event, world, at_once=at_once)
    for effect in effects:
        answer = _carry_out(run, effect, now=now) or answer
    if run.is_running:
        _save(run, now=now)
    return answer


def media_ended(run: FlowRun, player: str, *, now: datetime) -> None:
    """The media router played a list to its end."""
    if run.player is None or run.player["id"] != player:
        return
    if run.collecting is not None:
        await_keys(run, now=now)
    else:
        feed(run, PlayEnded(_token(run)), now=now)


def await_keys(run: FlowRun, *, now: datetime) -> None:
    """Nothing is heard any more of what was asked: the time for the first key runs."""
    assert run.collecting is not None
    state = collecting.prompt_ended(collecting.from_dict(run.collecting), now=now.timestamp())
    _keep_collecting(run, state)


def key_pressed(run: FlowRun, digit: str, *, now: datetime) -> None:
    """The party pressed a key; it counts when the run collects, and it stops the prompt.

    A key that does not count (A to D) stops nothing: no time would run, and the flow wait for ever.
    """
    if run.collecting is None:
        return
    before = collecting.from_dict(run.collecting)
    state = collecting.collect(before, digit, now=now.timestamp())
    if state == before:
        return
    run.player, run.waiting_asset = None, None
    if isinstance(state, Digits):
        _answer_collecting(run, state, now=now)
    else:
        _keep_collecting(run, state)


def due(run: FlowRun, *, now: datetime) -> None:
    """The run's deadline has passed: audio that never came, keys not pressed, a loop's interval."""
    run.due_at = None
    if run.waiting_asset_id is not None:
        _begin_playing(run, give_up=True, now=now)
    elif run.collecting is not None:
        state = collecting.expire(collecting.from_dict(run.collecting), now=now.timestamp())
        if isinstance(state, collecting.Collecting):
            _keep_collecting(run, state)
        else:
            _answer_collecting(run, state, now=now)
    elif run.state["waiting"] is not None:
        kinds = run.state["waiting"]["kinds"]
        answer = LoopInterrupted if "LoopInterrupted" in kinds else TimedOut
        feed(run, answer(_token(run)), now=now)


def asset_settled(run: FlowRun, *, now: datetime) -> None:
    """Speech the run waited for is ready, or has failed."""
    run.due_at = None
    _begin_playing(run, give_up=False, now=now)


def _carry_out(run: FlowRun, effect: Effect, *, now: datetime) -> Event | None:
    match effect:
        case Play() | LoopPlay() | Collect():
            _prepare_playing(run, effect)
            return _try_playing(run, give_up=False, now=now)
        case StopPlaying():
            run.player = None
        case End(kind=kind):
            _finish(run)
            record(run.contact, "flow_ended", at=now, kind=run.kind, how=kind)
            _end_handlers[RunKind(run.kind)](run, kind, now)
        case _:
            return flow_effects.carry_out(run, effect, now=now)
    return None


def _prepare_playing(run: FlowRun, effect: Play | LoopPlay | Collect) -> None:
    run.sequence += 1
    run.player = {
        "id": f"{run.public_id}:{run.sequence}",
        "wanted": [item.to_dict() for item in effect.items],
        "items": [],
        "loop": isinstance(effect, LoopPlay),
    }
    run.collecting = None
    if isinstance(effect, Collect):
        run.collecting = collecting.begin(effect, token=_token(run)).to_dict()
    if isinstance(effect, LoopPlay) and effect.interrupt_seconds:
        run.player["interrupt_seconds"] = effect.interrupt_seconds


def _begin_playing(run: FlowRun, *, give_up: bool, now: datetime) -> None:
    answer = _try_playing(run, give_up=give_up, now=now)
    _save(run, now=now)
    if answer is not None:
        feed(run, answer, now=now)


def _try_playing(run: FlowRun, *, give_up: bool, now: datetime) -> Event | None:
    """Play what is ready; wait for speech that is not, unless its time is up."""
    assert run.player is not None
    wanted = [playing.item_from_dict(item) for item in run.player["wanted"]]
    found = playing.assets_of(run, wanted)
    waiting = None if give_up else playing.pending(found)
    run.waiting_asset = waiting
    if waiting is not None:
        run.due_at = now + playing.ASSET_WITHIN
        return None
    run.player["items"] = playing.playable(found)
    if not run.player["items"]:
        return _nothing_to_play(run, was_empty=not wanted, now=now)
    seconds = run.player.get("interrupt_seconds")
    run.due_at = now + timedelta(seconds=seconds) if seconds else None
    return None


def _nothing_to_play(run: FlowRun, *, was_empty: bool, now: datetime) -> Event | None:
    """A loop falls back to music, a question is asked in silence, a lost prompt is an error."""
    assert run.player is not None
    if run.player["loop"]:
        run.player["items"] = [{"kind": "tone", "name": "music"}]
        return None
    if run.collecting is not None:
        run.player = None
        state = collecting.prompt_ended(collecting.from_dict(run.collecting), now=now.timestamp())
        _set_collecting(run, state)
        return None
    run.player = None
    return PlayEnded(_token(run)) if was_empty else Refused(_token(run), NO_MATCH)


def _answer_collecting(run: FlowRun, answer: Digits | TimedOut, *, now: datetime) -> None:
    run.collecting, run.due_at, run.player = None, None, None
    feed(run, answer, now=now)


def _keep_collecting(run: FlowRun, state: collecting.Collecting) -> None:
    _set_collecting(run, state)
    touch("call", run.contact.call_id)
    run.save(update_fields=["collecting", "due_at", "player", "waiting_asset"])


def _set_collecting(run: FlowRun, state: collecting.Collecting) -> None:
    run.collecting = state.to_dict()
    run.due_at = datetime.fromtimestamp(state.due, tz=run.created_at.tzinfo) if state.due else None


def _save(run: FlowRun, *, now: datetime) -> None:
    waiting = run.state["waiting"]
    seconds = waiting["wake_seconds"] if waiting else None
    if seconds and run.due_at is None and run.collecting is None:
        run.due_at = now + timedelta(seconds=seconds)
    touch("call", run.contact.call_id)
    run.save(update_fields=["state", "sequence", "player", "waiting_asset", "collecting", "due_at"])


def _finish(run: FlowRun) -> None:
    run.is_running, run.player, run.collecting = False, None, None
    run.waiting_asset, run.due_at = None, None
    touch("call", run.contact.call_id)
    run.save(
        update_fields=["state", "is_running", "player", "collecting", "waiting_asset", "due_at"]
    )


def _token(run: FlowRun) -> str:
    waiting: dict[str, Any] = run.state["waiting"] or {"token": ""}
    return str(waiting["token"])


def runs_waiting_for(asset: Asset) -> list[FlowRun]:
    """In the order in which their calls may be locked together."""
    runs = FlowRun.objects.filter(waiting_asset=asset, is_running=True)
    return list(runs.select_related("contact", "connection").order_by("contact__call_id", "id"))
