"""The prompt parameters that several actions share."""

from collections.abc import Mapping
from typing import Any

from apps.flows.domain.context import Context
from apps.flows.domain.effects import Clip, PromptItem, Speech
from apps.flows.domain.fields import BadParameterError, Choice, Flag, Kept, Ref, Text, scalar
from apps.flows.domain.params import Params, Values
from apps.flows.domain.paths import Lookup

KINDS = ("PromptId", "Text", "SSML", "Media")


class PromptParams(Params):
    """A Text of the type ssml means the same as SSML."""

    def resolve(self, value: Any, lookup: Lookup) -> dict[str, Any]:
        return super().resolve(_as_ssml(value), lookup)


def _as_ssml(written: Any) -> Any:
    if not isinstance(written, Mapping) or not speech_kind(written)[1]:
        return written
    return {"SSML" if name == "Text" else name: item for name, item in written.items()}


PROMPT = PromptParams(
    exactly_one=KINDS,
    PromptId=Ref("prompt"),
    Text=Text(),
    SSML=Text(markup=True),
    Media=Kept(),
    TextToSpeechType=Choice(("text", "ssml")),
    SkipWhenDTMFBufferEnabled=Flag(),
)


def items(context: Context, values: Values) -> tuple[PromptItem, ...]:
    """What to play; nothing for a blank text. Raises BadParameterError when it cannot be played."""
    if "PromptId" in values:
        return (_clip(context, values["PromptId"]),)
    if "Media" in values:
        raise BadParameterError("Audio files outside this installation cannot be played.")
    return _speech(context, values)


def _clip(context: Context, reference: str) -> Clip:
    prompt = context.world.prompt(reference)
    if prompt is None:
        raise BadParameterError(f"There is no prompt {reference}.")
    return Clip(prompt)


def _speech(context: Context, values: Values) -> tuple[Speech, ...]:
    text, ssml = speech_kind(values)
    if not text.strip():
        return ()
    return (Speech(text, language=context.language, voice=context.voice, ssml=ssml),)


def speech_kind(values: Values) -> tuple[str, bool]:
    """The text of prompt parameters, written or resolved, and whether it is markup."""
    ssml = "SSML" in values or values.get("TextToSpeechType") == "ssml"
    return scalar(values.get("SSML") or values.get("Text")) or "", ssml
