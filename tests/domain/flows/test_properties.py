"""Whatever the graph and whatever the order of events: no crash, no run without end."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.flows.domain import paths
from apps.flows.domain.effects import Log
from apps.flows.domain.engine import CONTACT_LIMIT, GRACE, INSTANT_LIMIT, begin, step
from apps.flows.domain.events import (
    Cancelled,
    Digits,
    Enqueued,
    Event,
    HungUp,
    LoopInterrupted,
    PlayEnded,
    Refused,
    Started,
    TimedOut,
)
from apps.flows.domain.types import FlowType
from apps.flows.domain.validation import validate
from tests.domain.flows.bench import FakeWorld, act, raw_flow, version

pytestmark = pytest.mark.domain

SMALL = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
NAMES = st.sampled_from(["a", "b", "c", "d", "gone"])
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("MessageParticipant", {"Text": "$.Attributes.x"}),
    ("MessageParticipant", {"Text": "Hi"}),
    ("MessageParticipantIteratively", {"Messages": [{"Text": "Hi"}]}),
    ("GetParticipantInput", {"InputTimeLimitSeconds": "5"}),
    ("GetParticipantInput", {"InputTimeLimitSeconds": "5", "StoreInput": "True"}),
    ("Compare", {"ComparisonValue": "$.StoredCustomerInput"}),
    ("Loop", {"LoopCount": "3"}),
    ("UpdateContactAttributes", {"Attributes": {"x": "$.StoredCustomerInput"}}),
    ("UpdateContactTargetQueue", {"QueueId": "sales"}),
    ("TransferContactToQueue", {}),
    ("TransferToFlow", {"ContactFlowId": "flow"}),
    ("InvokeLambdaFunction", {}),
    ("DisconnectParticipant", {}),
    ("Loop", {"LoopCount": None}),
    ("MessageParticipant", {}),
]
ERRORS = st.sampled_from(["NoMatchingError", "NoMatchingCondition"])
OPERANDS = st.sampled_from(["1", "ContinueLooping", "DoneLooping", "NULL", "MessagesInterrupted"])


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Any]:
    actions = []
    for name in "abcd":
        type_, parameters = draw(st.sampled_from(KINDS))
        errors = draw(st.dictionaries(ERRORS, NAMES))
        when = draw(st.lists(st.tuples(st.just("Equals"), OPERANDS, NAMES), max_size=2))
        to = draw(st.none() | NAMES)
        actions.append(act(name, type_, parameters, to=to, errors=errors, when=when))
    return raw_flow(*actions)


def answers() -> st.SearchStrategy[Event]:
    token = st.integers(0, 8).map(str)
    return st.one_of(
        st.builds(PlayEnded, token),
        st.builds(Digits, token, st.sampled_from(["", "1", "99"])),
        st.builds(TimedOut, token),
        st.builds(LoopInterrupted, token),
        st.builds(Enqueued, token),
        st.builds(Refused, token, st.sampled_from(["NoMatchingError", "QueueAtCapacity", "X"])),
        st.sampled_from([Started(), HungUp(), Cancelled()]),
    )


@SMALL
@given(raw=graphs(), events=st.lists(answers(), max_size=12))
def test_random_events_in_any_order_never_crash(raw: dict[str, Any], events: list[Event]) -> None:
    flow = version(raw)
    world = FakeWorld({"flow": flow})
    state = begin(flow)
    for event in [Started(), *events]:
        state, effects = step(state, event, world)
        json.dumps([effect.to_dict() for effect in effects[-9:]])
        assert json.loads(json.dumps(state)) == state
        assert sum(isinstance(effect, Log) for effect in effects) <= INSTANT_LIMIT + GRACE + 2
        assert state["waiting"] is None or state["ended"] is None


@SMALL
@given(raw=graphs())
def test_a_run_that_is_always_answered_ends_or_stays_under_the_contacts_limit(
    raw: dict[str, Any],
) -> None:
    flow = version(raw)
    world = FakeWorld({"flow": flow})
    state, _ = step(begin(flow), Started(), world)
    for _ in range(10):
        if (waiting := state["waiting"]) is None:
            break
        state, _ = step(state, TimedOut(waiting["token"]), world)
        waiting = state["waiting"]
        if waiting is not None:
            state, _ = step(state, PlayEnded(waiting["token"]), world)
    assert state["steps"] <= CONTACT_LIMIT + GRACE + 2


@SMALL
@given(raw=graphs(), type_=st.sampled_from(FlowType))
def test_checking_never_crashes(raw: dict[str, Any], type_: FlowType) -> None:
    assert all(problem.remedy for problem in validate(raw, type_))


@SMALL
@given(text=st.text(alphabet="$.[]'\"ab0 -", max_size=30))
def test_any_text_can_be_filled(text: str) -> None:
    filled = paths.fill(text, lambda path: "")
    assert len(filled) <= len(text)
    assert paths.is_path(text) is (paths.references(text) == [text])
