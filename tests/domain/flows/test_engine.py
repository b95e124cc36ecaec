"""The engine: tokens, endings, guards, jumps."""

from typing import Any

import pytest

from apps.flows.domain.effects import (
    Disconnect,
    End,
    Log,
    Play,
    SetAttributes,
    Speech,
    StopPlaying,
)
from apps.flows.domain.engine import (
    ANSWER_COST,
    CONTACT_LIMIT,
    GRACE,
    INSTANT_LIMIT,
    JUMP_LIMIT,
    begin,
    step,
)
from apps.flows.domain.events import (
    Cancelled,
    Digits,
    Enqueued,
    Event,
    HungUp,
    PlayEnded,
    Started,
)
from apps.flows.domain.types import FlowType
from tests.domain.flows.bench import (
    BYE,
    FakeWorld,
    Ran,
    act,
    drive,
    raw_flow,
    through_json,
    version,
)

pytestmark = pytest.mark.domain

SAY = act("say", "MessageParticipant", {"Text": "Hi"}, to="bye")
GREETING = version(raw_flow(SAY, BYE))


def compare(name: str, to: str) -> dict[str, Any]:
    """An instant action that always takes its default branch."""
    return act(name, "Compare", {"ComparisonValue": "$.No"}, errors={"NoMatchingCondition": to})


@pytest.mark.parametrize(
    "event", [PlayEnded("0"), PlayEnded("2"), Digits("1", "5"), Enqueued("1"), Started()]
)
def test_an_event_that_is_not_awaited_changes_nothing(event: Event) -> None:
    world = FakeWorld()
    ran = drive(GREETING, world=world)
    assert step(ran.state, event, world) == (ran.state, [])


def test_an_answer_counts_once() -> None:
    world = FakeWorld()
    ran = drive(GREETING, world=world)
    answer = PlayEnded(ran.token)
    after, effects = step(ran.state, answer, world)
    assert effects
    assert step(after, answer, world) == (after, [])


def test_a_step_leaves_the_state_it_was_given_alone() -> None:
    world = FakeWorld(flows={"flow": GREETING})
    state = begin(GREETING)
    step(state, Started(), world)
    assert state == begin(GREETING)


@pytest.mark.parametrize(("event", "kind"), [(HungUp(), "hung_up"), (Cancelled(), "cancelled")])
def test_hang_up_and_cancel_end_any_run_once(event: Event, kind: str) -> None:
    world = FakeWorld()
    ran = drive(GREETING, world=world)
    after, effects = step(ran.state, event, world)
    assert effects == [StopPlaying(), End(kind)]
    assert after["ended"] == kind
    assert step(after, event, world) == (after, [])


@pytest.mark.parametrize(
    ("flow_type", "wanted"),
    [
        (FlowType.CONTACT_FLOW, [Disconnect(), End("ran_out")]),
        (FlowType.QUEUE_TRANSFER, [Disconnect(), End("ran_out")]),
        (FlowType.CUSTOMER_QUEUE, [End("ran_out")]),
        (FlowType.AGENT_WHISPER, [End("ran_out")]),
        (FlowType.CUSTOMER_HOLD, [End("ran_out")]),
    ],
)
def test_a_flow_that_runs_out_ends_the_contact_only_before_queueing(
    flow_type: FlowType, wanted: list[object]
) -> None:
    for last in (act("it", "UpdateContactAttributes", {}), act("it", "Loop", {"LoopCount": "x"})):
        assert drive(version(raw_flow(last), type_=flow_type)).wanted == wanted


def test_later_actions_of_a_step_see_what_earlier_ones_set() -> None:
    flow = version(
        raw_flow(
            act("q", "UpdateContactTargetQueue", {"QueueId": "sales"}, to="a"),
            act("a", "UpdateContactAttributes", {"Attributes": {"x": "$.Queue.Name"}}, to="h"),
            act("h", "CheckHoursOfOperation", when=[("Equals", "True", "say")]),
            act("say", "MessageParticipant", {"Text": "$.Attributes.x $.Attributes.y"}, to="bye"),
            BYE,
        )
    )
    world = FakeWorld(open={"q1": True}, values={"Attributes": {"y": "2"}})
    ran = drive(flow, world=world)
    assert world.asked == [(None, "q1")]
    assert ran.wanted[1:] == [
        SetAttributes({"x": "Sales"}),
        Play((Speech("Sales 2", "en-US", "Joanna"),)),
    ]


def test_a_circle_without_a_wait_meets_the_guard_and_may_still_apologise() -> None:
    circle = raw_flow(
        act("a", "UpdateContactAttributes", {"Attributes": {"x": "1"}}, to="b",
            errors={"NoMatchingError": "say"}),
        act("b", "UpdateContactAttributes", {"Attributes": {"x": "2"}}, to="a",
            errors={"NoMatchingError": "say"}),
        SAY,
        BYE,
    )  # fmt: skip
    ran = drive(version(circle), PlayEnded)
    assert len(ran.trace) == INSTANT_LIMIT + 3
    assert [way for _, way in ran.trace[-3:]] == ["LoopGuard", "Success", "disconnected"]
    guarded = [e for e in ran.effects if isinstance(e, Log) and e.outcome == "LoopGuard"]
    assert guarded[0].detail.endswith("a → b → a")


def test_a_circle_whose_error_branch_is_part_of_it_ends() -> None:
    ran = drive(version(raw_flow(compare("a", "b"), compare("b", "a"))))
    assert ran.state["ended"] == "ran_out"
    assert ran.wanted == [Disconnect(), End("ran_out")]
    branch = {"NoMatchingError": "a"}
    again = act("a", "UpdateContactAttributes", {"Attributes": {"x": "1"}}, to="a", errors=branch)
    ran = drive(version(raw_flow(again)))
    assert ran.state["ended"] == "ran_out"
    assert ran.state["steps"] == INSTANT_LIMIT + GRACE + 2


def test_a_circle_of_waits_that_are_over_at_once_meets_the_guard() -> None:
    """Each answer costs the caller rows, hence far fewer rounds than instant actions."""
    flow = version(raw_flow(act("a", "MessageParticipant", {"Text": "Hi"}, to="a")))
    world = FakeWorld({"flow": flow})
    ran = drive(flow, world=world)
    effects, rounds = ran.effects, 0
    while ran.state["ended"] is None:
        answer = PlayEnded(ran.token)
        ran = Ran(*step(through_json(ran.state), answer, world, at_once=True))
        effects, rounds = effects + ran.effects, rounds + 1
    guarded = [e for e in effects if isinstance(e, Log) and e.outcome == "LoopGuard"]
    assert [e.detail for e in guarded] == [" → ".join("a" * 10)]
    assert rounds <= INSTANT_LIMIT / ANSWER_COST


def test_an_answer_from_outside_begins_to_count_anew() -> None:
    flow = version(raw_flow(act("a", "MessageParticipant", {"Text": "Hi"}, to="a")))
    ran = drive(flow, *[PlayEnded] * (INSTANT_LIMIT // ANSWER_COST + 1))
    assert ran.state["ended"] is None
    assert ran.state["instant"] == 1


def test_the_guard_counts_over_all_runs_of_a_contact() -> None:
    used = begin(GREETING) | {"steps": CONTACT_LIMIT, "loops": {"flow/l": 1}}
    state = begin(GREETING, carried=used)
    assert state["loops"] == {"flow/l": 1}
    state, effects = step(state, Started(), FakeWorld(flows={"flow": GREETING}))
    assert [e.outcome for e in effects if isinstance(e, Log)] == ["LoopGuard"]


def test_transfer_to_flow_goes_on_there_with_the_stored_input() -> None:
    ask = {
        "InputTimeLimitSeconds": "5",
        "StoreInput": "True",
        "InputValidation": {"CustomValidation": {"MaximumLength": "4"}},
    }
    first = version(
        raw_flow(
            act("ask", "GetParticipantInput", ask, to="jump"),
            act("jump", "TransferToFlow", {"ContactFlowId": "other"}),
        )
    )
    there = act("say", "MessageParticipant", {"Text": "$.StoredCustomerInput"}, to="bye")
    other = version(raw_flow(there, BYE), id_="other")
    ran = drive(first, lambda t: Digits(t, "42"), PlayEnded, world=FakeWorld({"other": other}))
    assert Play((Speech("42", "en-US", "Joanna"),)) in ran.wanted
    assert [way for _, way in ran.trace] == ["Success"] * 3 + ["disconnected"]
    assert [e.flow for e in ran.effects if isinstance(e, Log)] == ["flow"] * 2 + ["other"] * 2


def test_flows_that_transfer_to_each_other_meet_the_guard() -> None:
    jump = version(raw_flow(act("jump", "TransferToFlow", {"ContactFlowId": "flow"})))
    ran = drive(jump)
    assert [way for _, way in ran.trace] == ["Success"] * JUMP_LIMIT + ["LoopGuard"]


def test_the_log_never_holds_what_the_customer_typed() -> None:
    parameters = {"Attributes": {"card": "$.StoredCustomerInput"}}
    flow = version(raw_flow(act("a", "UpdateContactAttributes", parameters, to="bye"), BYE))
    state = begin(flow) | {"stored_input": "4111"}
    world = FakeWorld({"flow": flow})
    _, effects = step(state, Started(), world)
    assert SetAttributes({"card": "4111"}) in effects
    assert "4111" not in str([e.to_dict() for e in effects if isinstance(e, Log)])
