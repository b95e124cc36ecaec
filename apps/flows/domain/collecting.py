"""Collecting keys for a Collect effect. The caller owns the clock and feeds keys and time.

While the prompt plays nothing is due; the first key stops it. ``*`` starts over, the terminator
ends, and the time between keys is shorter than the time for the first.
"""

from dataclasses import dataclass, replace
from typing import Any

from apps.flows.domain.effects import Collect, Record
from apps.flows.domain.events import Digits, TimedOut


@dataclass(frozen=True)
class Collecting(Record):
    """Times in seconds of the caller's clock; ``due`` is None while the prompt plays."""

    token: str
    max_digits: int
    first_timeout: float
    inter_timeout: float
    terminator: str
    cancel: bool
    entered: str = ""
    due: float | None = None


def begin(effect: Collect, *, token: str) -> Collecting:
    """Start collecting; the prompt has just begun to play."""
    return Collecting(
        token=token,
        max_digits=effect.max_digits,
        first_timeout=effect.first_timeout,
        inter_timeout=effect.inter_timeout,
        terminator=effect.terminator,
        cancel=effect.cancel,
    )


def from_dict(data: dict[str, Any]) -> Collecting:
    """What ``to_dict`` wrote."""
    return Collecting(**{name: value for name, value in data.items() if name != "kind"})


def prompt_ended(state: Collecting, *, now: float) -> Collecting:
    """The prompt was heard to its end: the time for the first key runs."""
    return state if state.due is not None else replace(state, due=now + state.first_timeout)


def collect(state: Collecting, key: str, *, now: float) -> Collecting | Digits:
    """The state after a key, or the finished input. Anything but a key is ignored."""
    if len(key) != 1 or key not in "0123456789*#":
        return state
    typed = state.entered + key
    if state.terminator and typed.endswith(state.terminator):
        return Digits(state.token, typed.removesuffix(state.terminator))
    if state.cancel and key == "*" and not _begins_terminator(state, typed):
        return replace(state, entered="", due=now + state.first_timeout)
    if len(typed) >= state.max_digits and not _begins_terminator(state, typed):
        return Digits(state.token, typed[: state.max_digits])
    return replace(state, entered=typed, due=now + state.inter_timeout)


def _begins_terminator(state: Collecting, typed: str) -> bool:
    """Whether the last keys may be the beginning of a terminator of several keys."""
    parts = range(1, len(state.terminator))
    return any(typed.endswith(state.terminator[:length]) for length in parts)


def expire(state: Collecting, *, now: float) -> Collecting | Digits | TimedOut:
    """The state when its time is not yet up, else what was entered, or TimedOut for nothing."""
    if state.due is None or now < state.due:
        return state
    return Digits(state.token, state.entered) if state.entered else TimedOut(state.token)
