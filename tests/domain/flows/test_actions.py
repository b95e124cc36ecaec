"""One table per action: parameters and world in, effects and way out."""

from typing import Any

import pytest

from apps.flows.domain.document import Json
from apps.flows.domain.effects import (
    AdjustAge,
    ChangePriority,
    Clip,
    Collect,
    Disconnect,
    Effect,
    End,
    Enqueue,
    LoopPlay,
    Play,
    SetAttributes,
    SetHook,
    SetLogging,
    SetRecording,
    SetTargetQueue,
    SetVoice,
    Speech,
    StopPlaying,
    TransferToAgent,
)
from apps.flows.domain.events import (
    Digits,
    Enqueued,
    LoopInterrupted,
    PlayEnded,
    Refused,
    TimedOut,
)
from apps.flows.domain.types import FlowType
from tests.domain.flows.bench import BYE, Answering, FakeWorld, Ran, act, drive, raw_flow, version

pytestmark = pytest.mark.domain

ERRORS = (
    "NoMatchingError",
    "NoMatchingCondition",
    "InputTimeLimitExceeded",
    "InvalidPhoneNumber",
    "QueueAtCapacity",
)
ALL_ERRORS = dict.fromkeys(ERRORS, "bye")
TEXT = Speech("Hi", language="en-US", voice="Joanna")


def only(
    type_: str,
    parameters: dict[str, Json] | None = None,
    *answers: Answering,
    world: FakeWorld | None = None,
    flow_type: FlowType = FlowType.CONTACT_FLOW,
    **ways: Any,
) -> Ran:
    """Run a flow of this one action; every way leads to Disconnect."""
    ways = {"to": "bye", "errors": ALL_ERRORS, **ways}
    flow = version(raw_flow(act("it", type_, parameters, **ways), BYE), type_=flow_type)
    return drive(flow, *answers, world=world)


def way_out(ran: Ran) -> str:
    return ran.trace[0][1]


@pytest.mark.parametrize(
    ("parameters", "items"),
    [
        ({"Text": "Hi"}, (TEXT,)),
        ({"Text": "Hi $.Attributes.name"}, (Speech("Hi Ann", "en-US", "Joanna"),)),
        ({"SSML": "<speak>Hi</speak>"}, (Speech("<speak>Hi</speak>", "en-US", "Joanna", True),)),
        ({"PromptId": "music"}, (Clip("p1"),)),
        ({"PromptId": "$.Attributes.tune"}, (Clip("p1"),)),
    ],
)
def test_play_prompt_plays(parameters: dict[str, Json], items: tuple[object, ...]) -> None:
    world = FakeWorld(values={"Attributes": {"name": "Ann", "tune": "music"}})
    ran = only("MessageParticipant", parameters, PlayEnded, world=world)
    assert ran.wanted == [Play(items), Disconnect(), End("disconnected")]  # type: ignore[arg-type]
    assert way_out(ran) == "Success"


@pytest.mark.parametrize(
    "parameters",
    [{"PromptId": "none"}, {"Media": {"Uri": "s3://x"}}, {"Text": "x" * 6001}],
)
def test_play_prompt_fails(parameters: dict[str, Json]) -> None:
    assert way_out(only("MessageParticipant", parameters)) == "NoMatchingError"


def test_play_prompt_without_error_branch_goes_on_after_an_error() -> None:
    ran = only("MessageParticipant", {"PromptId": "none"}, errors={})
    assert ran.trace == [("it", "NoMatchingError"), ("bye", "disconnected")]


def test_a_blank_text_is_not_played() -> None:
    ran = only("MessageParticipant", {"Text": "$.Attributes.none "})
    assert ran.wanted == [Disconnect(), End("disconnected")]


def test_a_player_that_fails_takes_the_error_branch() -> None:
    ran = only("MessageParticipant", {"Text": "Hi"}, lambda t: Refused(t, "NoMatchingError"))
    assert way_out(ran) == "NoMatchingError"


def test_speech_uses_the_contacts_language_and_the_voice_set_in_the_same_step() -> None:
    flow = version(
        raw_flow(
            act("v", "UpdateContactTextToSpeechVoice", {"TextToSpeechVoice": "Amy"}, to="p"),
            act("p", "MessageParticipant", {"Text": "Hi"}, to="bye"),
            BYE,
        )
    )
    ran = drive(flow, world=FakeWorld(values={"LanguageCode": "en-GB"}))
    assert ran.wanted == [SetVoice("Amy"), Play((Speech("Hi", "en-GB", "Amy"),))]


def test_loop_prompts_rest_for_ever_without_a_way_on() -> None:
    parameters = {"Messages": [{"Text": "Hi"}, {"PromptId": "music"}]}
    ran = only("MessageParticipantIteratively", parameters, to=None, errors={})
    assert ran.wanted == [LoopPlay((TEXT, Clip("p1")))]
    assert ran.state["waiting"] is not None
    assert ran.state["waiting"]["wake_seconds"] is None


@pytest.mark.parametrize("interrupt", [LoopInterrupted, TimedOut])
@pytest.mark.parametrize(("goes_on", "silence"), [("False", [StopPlaying()]), ("True", [])])
def test_loop_prompts_are_interrupted(
    interrupt: Answering, goes_on: str, silence: list[Effect]
) -> None:
    parameters = {
        "Messages": [{"Text": "Hi"}],
        "InterruptFrequencySeconds": "30",
        "ContinueMessagingDuringInterrupt": goes_on,
    }
    when = [("Equals", "MessagesInterrupted", "bye")]
    ran = only("MessageParticipantIteratively", parameters, interrupt, to=None, when=when)
    assert ran.wanted == [LoopPlay((TEXT,), 30), *silence, Disconnect(), End("disconnected")]
    assert way_out(ran) == "MessagesInterrupted"


MENU = {"Text": "Hi", "InputTimeLimitSeconds": "7", "StoreInput": "False"}
CHOICES = [("Equals", "1", "bye"), ("Equals", "#", "bye")]


@pytest.mark.parametrize(
    ("answer", "way"),
    [
        (lambda t: Digits(t, "1"), "1"),
        (lambda t: Digits(t, "#"), "#"),
        (lambda t: Digits(t, "9"), "NoMatchingCondition"),
        (TimedOut, "InputTimeLimitExceeded"),
        (lambda t: Digits(t, ""), "InputTimeLimitExceeded"),
    ],
)
def test_menu(answer: Answering, way: str) -> None:
    ran = only("GetParticipantInput", MENU, answer, when=CHOICES)
    ask = Collect((TEXT,), max_digits=1, first_timeout=7, inter_timeout=7)
    assert (ran.wanted[0], way_out(ran)) == (ask, way)


def test_menu_without_a_prompt_only_listens() -> None:
    ran = only("GetParticipantInput", {"InputTimeLimitSeconds": 5}, when=CHOICES)
    assert ran.wanted == [Collect((), max_digits=1, first_timeout=5, inter_timeout=5)]


def store(**validation: Json) -> dict[str, Json]:
    return {"InputTimeLimitSeconds": "5", "StoreInput": "True", "InputValidation": validation}


CUSTOM = {"CustomValidation": {"MaximumLength": "4"}}
LOCAL = {"PhoneNumberValidation": {"NumberFormat": "Local", "CountryCode": "US"}}
E164 = {"PhoneNumberValidation": {"NumberFormat": "E164"}}


@pytest.mark.parametrize(
    ("validation", "typed", "way", "stored"),
    [
        (CUSTOM, "1234", "Success", "1234"),
        (CUSTOM, None, "Success", "Timeout"),
        (CUSTOM, "", "Success", "Timeout"),
        (LOCAL, "2065550100", "Success", "+12065550100"),
        (LOCAL, "123", "InvalidPhoneNumber", None),
        (E164, "442079460000", "Success", "+442079460000"),
        (E164, "99", "InvalidPhoneNumber", None),
        (LOCAL, None, "Success", "Timeout"),
    ],
)
def test_store_customer_input(
    validation: dict[str, Json], typed: str | None, way: str, stored: str | None
) -> None:
    def answer(token: str) -> Digits | TimedOut:
        return TimedOut(token) if typed is None else Digits(token, typed)

    ran = only("GetParticipantInput", store(**validation), answer)
    assert (way_out(ran), ran.state["stored_input"]) == (way, stored)


def test_store_input_collects_with_its_keypad_settings() -> None:
    keypad = {
        "InputTerminationSequence": "##",
        "DisableCancelKey": "True",
        "InterdigitTimeLimitSeconds": "9",
    }
    plain = only("GetParticipantInput", store(**CUSTOM)).wanted
    assert plain == [Collect((), 4, 5, inter_timeout=5, terminator="#", cancel=True)]
    ran = only("GetParticipantInput", store(**LOCAL) | {"DTMFConfiguration": keypad})
    assert ran.wanted == [Collect((), 20, 5, inter_timeout=9, terminator="##", cancel=False)]


def test_input_meant_to_be_encrypted_is_never_collected_in_the_clear() -> None:
    parameters = store(**CUSTOM) | {"InputEncryption": {"Key": "k", "EncryptionKeyId": "i"}}
    ran = only("GetParticipantInput", parameters)
    assert way_out(ran) == "NoMatchingError"
    assert not any(isinstance(effect, Collect) for effect in ran.wanted)


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
            "UpdateContactAttributes",
            {"Attributes": {"a": "b"}, "TargetContact": "Related"},
            SetAttributes({"a": "b"}, related=True),
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
        ("UpdateContactEventHooks", {"EventHooks": {"CustomerQueue": "none"}}),
        ("UpdateContactEventHooks", {"EventHooks": {"AgentHold": "flow"}}),
        ("TransferToFlow", {"ContactFlowId": "none"}),
        ("TransferContactToQueue", {}),
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
