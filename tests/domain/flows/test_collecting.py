"""Collecting keys: what ends an input, what starts it over, when time is up."""

import json

import pytest

from apps.flows.domain import collecting
from apps.flows.domain.collecting import Collecting
from apps.flows.domain.effects import Collect
from apps.flows.domain.events import Digits, TimedOut

pytestmark = pytest.mark.domain

MENU = Collect((), max_digits=1, first_timeout=5, inter_timeout=5)
STORE = Collect((), max_digits=4, first_timeout=10, inter_timeout=3, terminator="#", cancel=True)
LONG_END = Collect((), max_digits=4, first_timeout=10, inter_timeout=3, terminator="99")


def type_keys(effect: Collect, keys: str) -> Collecting | Digits:
    state = collecting.begin(effect, token="7")
    for index, key in enumerate(keys):
        result = collecting.collect(state, key, now=float(index))
        if isinstance(result, Digits):
            assert index == len(keys) - 1, "The input ended early."
            return result
        state = result
    return state


@pytest.mark.parametrize(
    ("effect", "keys", "value"),
    [
        (MENU, "1", "1"),
        (MENU, "*", "*"),
        (MENU, "#", "#"),
        (STORE, "1234", "1234"),
        (STORE, "12#", "12"),
        (STORE, "#", ""),
        (STORE, "12*34#", "34"),
        (STORE, "1A2x#", "12"),
        (LONG_END, "1299", "12"),
        (LONG_END, "12399", "123"),
        (LONG_END, "12395", "1239"),
        (LONG_END, "1*3#", "1*3#"),
    ],
)
def test_keys_become_a_value(effect: Collect, keys: str, value: str) -> None:
    assert type_keys(effect, keys) == Digits("7", value)


def test_nothing_is_due_while_the_prompt_plays() -> None:
    state = collecting.begin(STORE, token="7")
    assert collecting.expire(state, now=1e9) == state


def test_time_for_the_first_key_runs_from_the_end_of_the_prompt() -> None:
    state = collecting.prompt_ended(collecting.begin(STORE, token="7"), now=100.0)
    assert collecting.expire(state, now=109.9) == state
    assert collecting.expire(state, now=110.0) == TimedOut("7")


def test_time_between_keys_gives_what_was_typed() -> None:
    state = type_keys(STORE, "12")
    assert isinstance(state, Collecting)
    assert collecting.prompt_ended(state, now=2.0) == state
    assert collecting.expire(state, now=3.9) == state
    assert collecting.expire(state, now=4.0) == Digits("7", "12")


def test_cancel_gives_the_first_time_again() -> None:
    state = type_keys(STORE, "12*")
    assert isinstance(state, Collecting)
    assert (state.entered, state.due) == ("", 12.0)


def test_the_state_survives_json() -> None:
    state = type_keys(STORE, "12")
    assert collecting.from_dict(json.loads(json.dumps(state.to_dict()))) == state
