"""Actions that change, route or decide: parameters and world in, effects and way out."""

import pytest

from apps.flows.domain.document import Json
from apps.flows.domain.effects import (
    AdjustAge,
    ChangePriority,
    Disconnect,
    Effect,
    End,
    Enqueue,
    SetAttributes,
    SetHook,
    SetLogging,
    SetRecording,
    SetTargetQueue,
    SetVoice,
    TransferToAgent,
)
from apps.flows.domain.events import (
    Enqueued,
    Refused,
)
from apps.flows.domain.types import FlowType
from tests.domain.flows.bench import (
    BYE,
    Answering,
    FakeWorld,
    act,
    drive,
    only,
    raw_flow,
    version,
    way_out,
)

pytestmark = pytest.mark.domain


@pytest.mark.parametrize(
    ("type_", "flow_type", "effects"),
    [
        ("DisconnectParticipant", FlowType.CONTACT_FLOW, [Disconnect(), End("disconnected")]),
        ("EndFlowExecution", FlowType.CUSTOMER_QUEUE, [End("resumed")]),
        ("TransferContactToAgent", FlowType.AGENT_TRANSFER, [TransferToAgent(), End("to_agent")]),
    ],
)
def test_terminal_actions_end_the_run(
    type_: str, flow_type: FlowType, effects: list[Effect]
) -> None:
    ran = only(type_, to=None, errors={}, flow_type=flow_type)
    assert ran.wanted == effects
    assert End(ran.state["ended"] or "") == effects[-1]
    assert ran.state["waiting"] is None


@pytest.mark.parametrize(
    ("type_", "parameters", "effect"),
    [
        ("UpdateContactTargetQueue", {"QueueId": "sales"}, SetTargetQueue("q1")),
        ("UpdateContactTargetQueue", {"QueueId": "$.Attributes.q"}, SetTargetQueue("q1")),
        ("UpdateContactTargetQueue", {"AgentId": "ann"}, SetTargetQueue("q-ann")),
        ("UpdateContactRoutingBehavior", {"QueuePriority": "1"}, ChangePriority(1)),
        (
            "UpdateContactRoutingBehavior",
            {"QueuePriority": str(2**63 - 1)},
            ChangePriority(2**63 - 1),
        ),
        ("UpdateContactRoutingBehavior", {"QueueTimeAdjustmentSeconds": "-60"}, AdjustAge(-60)),
        ("UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Enabled"}, SetLogging(True)),
        ("UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Disabled"}, SetLogging(False)),
        (
            "UpdateContactTextToSpeechVoice",
            {"TextToSpeechVoice": "Amy", "TextToSpeechEngine": "Neural"},
            SetVoice("Amy", "Neural"),
        ),
        (
            "UpdateContactAttributes",
            {"Attributes": {"$.Attributes.q": "x $.Channel", "n": 5}, "TargetContact": "Current"},
            SetAttributes({"sales": "x VOICE", "n": "5"}),
        ),
        (
            "UpdateContactEventHooks",
            {"EventHooks": {"CustomerQueue": "waiting"}},
            SetHook("CustomerQueue", "waiting"),
        ),
        (
            "UpdateContactEventHooks",
            {"EventHooksConfiguration": {"AgentWhisper": {"DisableExecution": "true"}}},
            SetHook("AgentWhisper", None, disabled=True),
        ),
    ],
)
def test_an_action_has_its_effect_and_goes_on(
    type_: str, parameters: dict[str, Json], effect: Effect
) -> None:
    hold = version(raw_flow(BYE), type_=FlowType.CUSTOMER_QUEUE, id_="waiting")
    values = {"Attributes": {"q": "sales"}, "Channel": "VOICE"}
    ran = only(type_, parameters, world=FakeWorld(flows={"waiting": hold}, values=values))
    assert ran.wanted[0] == effect
    assert way_out(ran) == "Success"


@pytest.mark.parametrize(
    ("type_", "parameters"),
    [
        ("UpdateContactTargetQueue", {"QueueId": "nowhere"}),
        ("UpdateContactTargetQueue", {"QueueId": "$.Attributes.none"}),
        ("UpdateContactTargetQueue", {"AgentId": "nobody"}),
        ("UpdateContactTargetQueue", {}),
        ("UpdateContactAttributes", {"Attributes": {"a": "x" * 32_768}}),
        ("UpdateContactAttributes", {"Attributes": {"a": "b"}, "TargetContact": "Related"}),
        ("UpdateContactEventHooks", {"EventHooks": {"CustomerQueue": "none"}}),
        ("UpdateContactEventHooks", {"EventHooks": {"AgentHold": "flow"}}),
        ("TransferToFlow", {"ContactFlowId": "none"}),
        ("TransferContactToQueue", {}),
        ("UpdateContactRoutingBehavior", {"QueuePriority": "$.Attributes.none"}),
        ("Loop", {"LoopCount": "$.Attributes.none"}),
        ("CheckHoursOfOperation", {}),
        ("CheckMetricData", {"MetricType": "NumberOfAgentsStaffed"}),
        ("InvokeLambdaFunction", {"LambdaFunctionARN": "f"}),
        ("NoSuchType", {}),
    ],
)
def test_what_does_not_resolve_takes_the_error_branch(
    type_: str, parameters: dict[str, Json]
) -> None:
    ran = only(type_, parameters)
    assert ran.trace == [("it", "NoMatchingError"), ("bye", "disconnected")]
    assert ran.wanted == [Disconnect(), End("disconnected")]


@pytest.mark.parametrize(("name", "way"), [("b", "NoMatchingError"), ("a", "Success")])
def test_attributes_too_large_together_with_those_there_are_refused(name: str, way: str) -> None:
    world = FakeWorld(values={"Attributes": {"caller": "x" * 32_000, "a": "y" * 700}})
    given = {"Attributes": {name: "z" * 700}}
    assert way_out(only("UpdateContactAttributes", given, world=world)) == way


def test_attributes_of_the_same_step_count_too() -> None:
    errors = {"NoMatchingError": "bye"}
    half = {"Attributes": {"a": "x" * 20_000}}
    flow = raw_flow(
        act("it", "UpdateContactAttributes", half, to="more", errors=errors),
        act("more", "UpdateContactAttributes", {"Attributes": {"b": "x" * 20_000}}, errors=errors),
        BYE,
    )
    assert [way for _, way in drive(version(flow)).trace[:2]] == ["Success", "NoMatchingError"]


@pytest.mark.parametrize(
    ("written", "recorded"),
    [
        (["Agent", "Customer"], ("agent", "customer")),
        (["Customer", "Agent"], ("agent", "customer")),
        (["Agent"], ("agent",)),
        ([], ()),
    ],
)
def test_recording_behavior_names_who_is_recorded(
    written: list[str], recorded: tuple[str, ...]
) -> None:
    parameters = {"RecordingBehavior": {"RecordedParticipants": written}}
    ran = only("UpdateContactRecordingBehavior", parameters)
    assert ran.wanted[0] == SetRecording(recorded)


@pytest.mark.parametrize(
    ("answer", "way", "end"),
    [
        (Enqueued, "queued", "queued"),
        (lambda t: Refused(t, "QueueAtCapacity"), "QueueAtCapacity", "disconnected"),
        (lambda t: Refused(t, "Anything"), "Anything", "disconnected"),
    ],
)
def test_transfer_to_queue(answer: Answering, way: str, end: str) -> None:
    ran = only("TransferContactToQueue", {}, answer, world=FakeWorld(target_queue="q1"))
    assert ran.wanted[0] == Enqueue("q1")
    assert (way_out(ran), ran.state["ended"]) == (way, end)


@pytest.mark.parametrize(
    ("parameters", "hours", "way"),
    [
        ({"HoursOfOperationId": "nine"}, {"nine": True}, "True"),
        ({"HoursOfOperationId": "nine"}, {"nine": False}, "False"),
        ({}, {"q1": True}, "True"),
        ({}, {}, "NoMatchingError"),
    ],
)
def test_check_hours(parameters: dict[str, Json], hours: dict[str | None, bool], way: str) -> None:
    when = [("Equals", "True", "bye"), ("Equals", "False", "bye")]
    world = FakeWorld(open=hours, target_queue="q1")
    assert way_out(only("CheckHoursOfOperation", parameters, when=when, world=world)) == way


@pytest.mark.parametrize(
    ("metric", "value", "condition", "way"),
    [
        ("NumberOfAgentsStaffed", 1, ("NumberGreaterThan", "0"), "0"),
        ("NumberOfAgentsStaffed", 0, ("NumberGreaterThan", "0"), "NoMatchingCondition"),
        ("OldestContactInQueueAgeSeconds", 301, ("NumberGreaterThan", "300000"), "300000"),
        (
            "OldestContactInQueueAgeSeconds",
            300,
            ("NumberGreaterThan", "300000"),
            "NoMatchingCondition",
        ),
    ],
)
def test_check_metric_ages_are_compared_in_milliseconds(
    metric: str, value: float, condition: tuple[str, str], way: str
) -> None:
    world = FakeWorld(metrics={(metric, "q1"): value}, target_queue="q1")
    when = [(*condition, "bye")]
    assert way_out(only("CheckMetricData", {"MetricType": metric}, when=when, world=world)) == way


@pytest.mark.parametrize(
    ("path", "operand", "way"),
    [
        ("$.Attributes.tier", "gold", "gold"),
        ("$.Attributes.tier", "tin", "NoMatchingCondition"),
        ("$.Agent.ARN", "NULL", "NULL"),
        ("$.Attributes.tier", "NULL", "NoMatchingCondition"),
    ],
)
def test_compare_and_a_missing_value_is_null(path: str, operand: str, way: str) -> None:
    world = FakeWorld(values={"Attributes": {"tier": "gold"}})
    parameters = {"ComparisonValue": path}
    assert (
        way_out(only("Compare", parameters, when=[("Equals", operand, "bye")], world=world)) == way
    )


@pytest.mark.parametrize(
    ("chance", "way"),
    [
        (0.0, "4"),
        (0.029, "4"),
        (0.03, "10"),
        (0.089, "10"),
        (0.09, "NoMatchingCondition"),
        (0.999, "NoMatchingCondition"),
    ],
)
def test_distribute_by_percentage_compares_cumulative_bounds(chance: float, way: str) -> None:
    when = [("NumberLessThan", "4", "bye"), ("NumberLessThan", "10", "bye")]
    assert way_out(only("DistributeByPercentage", when=when, world=FakeWorld(chance=chance))) == way


@pytest.mark.parametrize(("count", "rounds"), [("0", 0), ("1", 1), ("3", 3), (2, 2)])
def test_loop_goes_on_n_times_then_is_done_and_starts_over(count: Json, rounds: int) -> None:
    when = [("Equals", "ContinueLooping", "it"), ("Equals", "DoneLooping", "bye")]
    ran = only("Loop", {"LoopCount": count}, when=when)
    ways = [way for _, way in ran.trace]
    assert ways == ["ContinueLooping"] * rounds + ["DoneLooping", "disconnected"]
    assert ran.state["loops"] == {}
