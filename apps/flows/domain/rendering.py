"""The speech of a flow that is known when it is published, so that it can be rendered ahead."""

from collections.abc import Iterator

from apps.flows.domain import paths
from apps.flows.domain.actions.prompts import speech_kind
from apps.flows.domain.document import Action, Document
from apps.flows.domain.effects import Speech
from apps.flows.domain.fields import scalar


def fixed_speech(document: Document, *, language: str, voice: str) -> tuple[Speech, ...]:
    """Every text without references, once for each voice the flow may speak with.

    ``language`` and ``voice`` are those a contact starts with; voices the flow sets come on top.
    """
    voices = dict.fromkeys((voice, *_voices(document)))
    texts = dict.fromkeys(
        written
        for action in document.actions
        for written in texts_of(action)
        if not paths.references(written[0])
    )
    return tuple(
        Speech(text, language=language, voice=name, ssml=ssml)
        for text, ssml in texts
        for name in voices
    )


def _voices(document: Document) -> Iterator[str]:
    for action in document.actions:
        name = scalar(action.parameters.get("TextToSpeechVoice")) or ""
        if name and not paths.references(name):
            yield name


def texts_of(action: Action) -> Iterator[tuple[str, bool]]:
    """(text, is markup) of an action's own prompt and of its messages."""
    messages = action.parameters.get("Messages")
    for prompt in (action.parameters, *(messages if isinstance(messages, list) else ())):
        text, ssml = speech_kind(prompt) if isinstance(prompt, dict) else ("", False)
        if text.strip():
            yield text, ssml
