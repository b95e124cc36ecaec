"""What a flow wants done. The caller carries the effects out as desired state or due rows."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


class Record:
    """A frozen dataclass that can be written as plain JSON, with its class name as ``kind``."""

    def to_dict(self) -> dict[str, Any]:
        """``{"kind": <class name>, <field>: <plain value>, …}``"""
        values = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}  # type: ignore[arg-type]
        return {"kind": type(self).__name__, **values}


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value


@dataclass(frozen=True)
class Speech(Record):
    """Text to speak; ``ssml`` when the text is markup. Language is a BCP 47 tag."""

    text: str
    language: str
    voice: str
    ssml: bool = False


@dataclass(frozen=True)
class Clip(Record):
    """A recorded prompt, by the id the world gave."""

    prompt_id: str


PromptItem = Speech | Clip


class Effect(Record):
    """Base of everything a step may ask for."""


@dataclass(frozen=True)
class Play(Effect):
    """Play the items once, then answer PlayEnded. With ``barge_in`` a key stops them."""

    items: tuple[PromptItem, ...]
    barge_in: bool = False


@dataclass(frozen=True)
class LoopPlay(Effect):
    """Play the items round and round; answer LoopInterrupted after each ``interrupt_seconds``."""

    items: tuple[PromptItem, ...]
    interrupt_seconds: int | None = None


@dataclass(frozen=True)
class Collect(Effect):
    """Play the items and collect keys (``collecting`` has the rules); times in seconds."""

    items: tuple[PromptItem, ...]
    max_digits: int
    first_timeout: float
    inter_timeout: float
    terminator: str = ""
    cancel: bool = False


@dataclass(frozen=True)
class StopPlaying(Effect):
    """Stop whatever this run plays."""


@dataclass(frozen=True)
class SetTargetQueue(Effect):
    """The contact's working queue."""

    queue: str


@dataclass(frozen=True)
class SetRecording(Effect):
    """Who is recorded from now on: any of ``agent`` and ``customer``; empty means nobody."""

    participants: tuple[str, ...]


@dataclass(frozen=True)
class SetAttributes(Effect):
    """Contact attributes to set, all or nothing."""

    attributes: dict[str, str]


@dataclass(frozen=True)
class SetHook(Effect):
    """The flow id to run at an event of the contact; ``disabled`` means run none there."""

    hook: str
    flow: str | None
    disabled: bool = False


@dataclass(frozen=True)
class SetVoice(Effect):
    """The voice for all later speech of the contact."""

    voice: str
    engine: str | None = None
    style: str | None = None


@dataclass(frozen=True)
class SetLogging(Effect):
    """Whether flow logs are kept for the contact from now on."""

    enabled: bool


@dataclass(frozen=True)
class ChangePriority(Effect):
    """The contact's priority in its queue, 1 is best."""

    priority: int


@dataclass(frozen=True)
class AdjustAge(Effect):
    """Seconds added to the contact's age in its queue."""

    seconds: int


@dataclass(frozen=True)
class Enqueue(Effect):
    """Put the contact into the queue; answer Enqueued or Refused."""

    queue: str


@dataclass(frozen=True)
class Disconnect(Effect):
    """The participant of this run leaves."""


@dataclass(frozen=True)
class TransferToAgent(Effect):
    """Offer the contact to the agent of the quick connect that started the run."""


@dataclass(frozen=True)
class End(Effect):
    """The run is over; ``kind`` is one of the constants of ``outcomes``."""

    kind: str


@dataclass(frozen=True)
class Log(Effect):
    """One record of the flow log. Parameters are as written, so no customer input leaks.

    ``outcome`` is the way out: ``Success``, the operand of the condition, or the error type.
    """

    flow: str
    action: str
    type: str
    name: str
    parameters: Mapping[str, Any]
    outcome: str
    detail: str = ""
