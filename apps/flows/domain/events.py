"""What comes back to a run. Answers carry the token of the wait they answer."""

from dataclasses import dataclass

from apps.flows.domain.effects import Record


class Event(Record):
    """Base of all events."""


@dataclass(frozen=True)
class Started(Event):
    """Begin the run."""


@dataclass(frozen=True)
class HungUp(Event):
    """The participant left; the run ends whatever it waits for."""


@dataclass(frozen=True)
class Cancelled(Event):
    """The contact moved on (agent joins, hold ends); the run ends whatever it waits for."""


@dataclass(frozen=True)
class Answer(Event):
    """Base of events that answer one wait."""

    token: str


@dataclass(frozen=True)
class PlayEnded(Answer):
    """All items were played."""


@dataclass(frozen=True)
class Digits(Answer):
    """The keys entered, without the terminator."""

    value: str


@dataclass(frozen=True)
class TimedOut(Answer):
    """Nothing was entered in time, or the wait's ``wake_seconds`` passed."""


@dataclass(frozen=True)
class LoopInterrupted(Answer):
    """The interrupt interval of a loop passed."""


@dataclass(frozen=True)
class Enqueued(Answer):
    """The contact is in the queue."""


@dataclass(frozen=True)
class Refused(Answer):
    """What was asked for failed; the action takes the branch of ``error_type``."""

    error_type: str
