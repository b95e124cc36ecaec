"""Speech that is known when a flow is published is rendered then, not when a caller waits."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.flows.domain.context import DEFAULT_VOICE
from apps.flows.domain.effects import Speech
from apps.flows.models import FlowVersion
from apps.flows.services.assets import ensure_speech


def render_ahead(version: FlowVersion) -> None:
    """Ask for every text of the version that refers to nothing of the contact."""
    for speech in _fixed_texts(version.content, language=version.instance.language):
        ensure_speech(instance=version.instance, speech=speech)


def _fixed_texts(content: Mapping[str, Any], *, language: str) -> Iterator[Speech]:
    for action in content["Actions"]:
        for parameters in _with_messages(action.get("Parameters") or {}):
            for name in ("Text", "SSML"):
                text = parameters.get(name)
                if isinstance(text, str) and "$." not in text:
                    yield Speech(text, language, DEFAULT_VOICE, ssml=name == "SSML")


def _with_messages(parameters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield parameters
    yield from parameters.get("Messages") or ()
