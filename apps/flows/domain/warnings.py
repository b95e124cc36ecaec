"""Things that may be published and still look wrong."""

from collections.abc import Iterator
from typing import Final

from apps.flows.domain import actions, graph
from apps.flows.domain.document import Action, Document
from apps.flows.domain.fields import scalar
from apps.flows.domain.problems import Problem, warning
from apps.flows.domain.rendering import texts_of
from apps.flows.domain.ssml import speakable
from apps.flows.domain.types import QUEUE, WHISPER, FlowType

TEXT_LIMIT: Final = 6_000
# About 15 characters a second are spoken; a whisper may last 120 s.
WHISPER_CHARACTERS: Final = 1_800
RECORDS: Final = "UpdateContactRecordingBehavior"


def warnings(document: Document, flow_type: FlowType) -> Iterator[Problem]:
    """All warnings, by kind."""
    yield from _unreachable(document)
    yield from _never_waiting(document)
    yield from _promised_recording(document)
    yield from _queue_order(document, flow_type)
    yield from _long_texts(document, flow_type)
    yield from _broken_markup(document)


def _unreachable(document: Document) -> Iterator[Problem]:
    seen = graph.reachable(graph.links(document), start=document.start)
    for action in document.actions:
        if action.identifier not in seen:
            remedy = "Connect something to this block, or remove it."
            yield warning(action, "unreachable", "No way leads to this block.", remedy=remedy)


def _never_waiting(document: Document) -> Iterator[Problem]:
    ways = graph.links(document, through=_instant)
    circle = graph.in_cycle(ways)
    for action in document.actions:
        if action.identifier in circle:
            text = "This block is part of a circle that never waits."
            remedy = "Put a prompt, an input or a Loop block into the circle."
            yield warning(action, "never_waits", text, remedy=remedy)
            return


def _instant(action: Action) -> bool:
    """Whether a run passes the action at once and without counting."""
    spec = actions.find(action.type)
    return spec is not None and not spec.waits and action.type != "Loop"


def _promised_recording(document: Document) -> Iterator[Problem]:
    ways = graph.links(document)
    recorders = {a.identifier for a in document.actions if a.type == RECORDS}
    for action in document.actions:
        if "record" in _spoken(action).lower() and (
            recorders & graph.reachable(ways, start=action.identifier)
        ):
            text = "Recording is set only after the prompt that speaks of it."
            remedy = "Move Set recording behavior before this prompt."
            yield warning(action, "recording_late", text, remedy=remedy)


def _queue_order(document: Document, flow_type: FlowType) -> Iterator[Problem]:
    if flow_type not in QUEUE:
        return
    ways = graph.links(document, through=lambda a: a.type != "MessageParticipantIteratively")
    early = graph.reachable(ways, start=document.start)
    for action in document.actions:
        if action.type == "DequeueContactAndTransferToQueue" and action.identifier in early:
            text = "The contact can leave the queue before any Loop prompts block."
            remedy = "Put Loop prompts before Transfer to queue."
            yield warning(action, "queue_left_early", text, remedy=remedy)


def _long_texts(document: Document, flow_type: FlowType) -> Iterator[Problem]:
    for action in document.actions:
        length = len(_spoken(action))
        if length > TEXT_LIMIT:
            text = f"The text is longer than {TEXT_LIMIT:,} characters."
            yield warning(action, "text_long", text, remedy="Shorten the text.")
        elif length > WHISPER_CHARACTERS and flow_type in WHISPER:
            text = "The whisper may last longer than two minutes and would be cut off."
            yield warning(action, "whisper_long", text, remedy="Shorten the text.")


def _broken_markup(document: Document) -> Iterator[Problem]:
    for action in document.actions:
        if any(ssml and not speakable(text, ssml=ssml)[1] for text, ssml in texts_of(action)):
            text = "The markup is not well-formed: its tags would be read out."
            remedy = "Close every tag, put values in quotes, and write &amp; for &."
            yield warning(action, "markup_broken", text, remedy=remedy)


def _spoken(action: Action) -> str:
    written = (action.parameters.get(name) for name in ("Text", "SSML"))
    return " ".join(scalar(text) or "" for text in written if text)
