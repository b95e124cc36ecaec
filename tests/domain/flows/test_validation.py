"""All checks of a flow, each with the message scripts look for, the block and a remedy."""

import json
from typing import Any

import pytest

from apps.flows.domain.document import Json
from apps.flows.domain.problems import Problem, Severity
from apps.flows.domain.types import FlowType
from apps.flows.domain.validation import Resource, errors, validate, validate_text
from tests.domain.flows.bench import BYE, act, raw_flow

pytestmark = pytest.mark.domain

SAY = act("say", "MessageParticipant", {"Text": "Hi"}, to="bye")
CAUGHT = {"NoMatchingError": "bye"}
DEFAULT = {"NoMatchingCondition": "bye"}
MENU_ERRORS = dict.fromkeys(
    ("NoMatchingCondition", "InputTimeLimitExceeded", "NoMatchingError"), "bye"
)


def check(*actions: dict[str, Any], type_: FlowType = FlowType.CONTACT_FLOW) -> list[Problem]:
    return validate(raw_flow(*actions, BYE), type_)


def codes(found: list[Problem]) -> list[str]:
    return [problem.code for problem in found]


def messages(found: list[Problem]) -> list[str]:
    return [problem.message for problem in errors(found)]


def value_at(path: str) -> str:
    return f"Invalid Action property value. Path: Actions[0].{path}"


def missing_at(path: str) -> str:
    return f"Action is missing required property. Path: Actions[0].{path}"


def test_a_good_flow_has_no_problems() -> None:
    assert check(SAY) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Version": "2020-01-01"}, "version"),
        ({"Version": None}, "version"),
        ({"Actions": []}, "action_count"),
        ({"Actions": "none"}, "action_count"),
        ({"Actions": [{**BYE, "Identifier": str(n)} for n in range(251)]}, "action_count"),
        ({"StartAction": "nowhere"}, "start"),
        ({"StartAction": None}, "start"),
    ],
)
def test_the_document_itself(change: dict[str, Json], code: str) -> None:
    found = validate({**raw_flow(SAY, BYE), **change}, FlowType.CONTACT_FLOW)
    assert code in {problem.code for problem in found}


@pytest.mark.parametrize(
    "name", ["", "a:b", "a%b", "a/b", "a[0]", "x" * 51, "__proto__", "toString"]
)
def test_identifiers_must_be_legal(name: str) -> None:
    assert value_at("Identifier") in messages(check({**BYE, "Identifier": name}))


def test_identifiers_must_be_unique() -> None:
    assert messages(check(BYE)) == ["Invalid Action property value. Path: Actions[1].Identifier"]


def test_type_must_exist() -> None:
    assert messages(check(act("it", "PlayPrompt", to="bye"))) == [
        "Invalid Action type. Type: PlayPrompt"
    ]


@pytest.mark.parametrize(
    ("action", "type_"),
    [
        (SAY, FlowType.CUSTOMER_HOLD),
        (act("it", "TransferContactToAgent"), FlowType.CONTACT_FLOW),
        (act("it", "EndFlowExecution"), FlowType.CONTACT_FLOW),
    ],
)
def test_type_must_be_allowed_in_the_flow_type(action: dict[str, Any], type_: FlowType) -> None:
    assert "block_not_allowed" in {p.code for p in check(action, type_=type_)}


@pytest.mark.parametrize(
    ("type_", "parameters", "errors_", "message"),
    [
        ("MessageParticipant", {}, {}, missing_at("Parameters.PromptId")),
        ("MessageParticipant", {"Text": ""}, {}, value_at("Parameters.Text")),
        ("MessageParticipant", {"Text": ["x"]}, {}, value_at("Parameters.Text")),
        ("MessageParticipant", {"Text": "a", "SSML": "b"}, {}, value_at("Parameters.SSML")),
        (
            "MessageParticipant",
            {"Text": "a", "Volume": "9"},
            {},
            "Invalid Action property. Path: Actions[0].Parameters.Volume",
        ),
        (
            "MessageParticipant",
            {"PromptId": "x $.Attributes.y"},
            {},
            value_at("Parameters.PromptId"),
        ),
        ("Loop", {"LoopCount": "101"}, CAUGHT, value_at("Parameters.LoopCount")),
        ("Loop", {"LoopCount": "-1"}, CAUGHT, value_at("Parameters.LoopCount")),
        ("Loop", {}, CAUGHT, missing_at("Parameters.LoopCount")),
        ("Compare", {"ComparisonValue": "fixed"}, DEFAULT, value_at("Parameters.ComparisonValue")),
        (
            "UpdateFlowLoggingBehavior",
            {"FlowLoggingBehavior": "On"},
            {},
            value_at("Parameters.FlowLoggingBehavior"),
        ),
        (
            "GetParticipantInput",
            {"InputTimeLimitSeconds": "$.Attributes.x"},
            MENU_ERRORS,
            value_at("Parameters.InputTimeLimitSeconds"),
        ),
        (
            "GetParticipantInput",
            {
                "InputTimeLimitSeconds": "5",
                "StoreInput": "True",
                "InputValidation": {"CustomValidation": {"MaximumLength": "21"}},
            },
            CAUGHT,
            value_at("Parameters.InputValidation.CustomValidation.MaximumLength"),
        ),
        (
            "UpdateContactRecordingBehavior",
            {"RecordingBehavior": {"RecordedParticipants": ["Everyone"]}},
            {},
            value_at("Parameters.RecordingBehavior.RecordedParticipants[0]"),
        ),
        (
            "UpdateContactEventHooks",
            {"EventHooks": {"AtNoon": "f"}},
            CAUGHT,
            "Invalid Action property. Path: Actions[0].Parameters.EventHooks.AtNoon",
        ),
        ("UpdateContactAttributes", {"Attributes": {}}, CAUGHT, value_at("Parameters.Attributes")),
    ],
)
def test_parameters_must_be_those_declared(
    type_: str, parameters: dict[str, Json], errors_: dict[str, str], message: str
) -> None:
    assert message in messages(check(act("it", type_, parameters, to="bye", errors=errors_)))


@pytest.mark.parametrize("value", ["3", 3, 3.0, "$.Attributes.rounds"])
def test_numbers_are_accepted_where_the_wire_has_strings(value: Json) -> None:
    when = [("Equals", "ContinueLooping", "it"), ("Equals", "DoneLooping", "bye")]
    assert check(act("it", "Loop", {"LoopCount": value}, to="bye", when=when)) == []


@pytest.mark.parametrize(
    ("priority", "is_good"),
    [("0", False), ("1", True), (str(2**63 - 1), True), (str(2**63), False), ("1" * 5000, False)],
)
def test_a_priority_of_the_language_is_any_number_up_to_63_bits(
    priority: str, is_good: bool
) -> None:
    change = act("it", "UpdateContactRoutingBehavior", {"QueuePriority": priority}, to="bye")
    refused = value_at("Parameters.QueuePriority")
    assert messages(check(change)) == ([] if is_good else [refused])


def test_demanded_errors_must_be_there_and_foreign_ones_not() -> None:
    lacking = act("it", "GetParticipantInput", {"InputTimeLimitSeconds": "5"}, to="bye")
    assert messages(check(lacking)) == [
        "Action is missing required error. "
        "Error: NoMatchingCondition, InputTimeLimitExceeded, NoMatchingError"
    ]
    foreign = act("it", "Compare", {"ComparisonValue": "$.Channel"}, to="bye",
                  errors={**DEFAULT, **CAUGHT})  # fmt: skip
    assert messages(check(foreign)) == [
        "Invalid Action error. Error: NoMatchingError, Path: Actions[0]"
    ]


@pytest.mark.parametrize(
    ("validation", "demanded"),
    [
        ({"PhoneNumberValidation": {"NumberFormat": "E164"}}, "InvalidPhoneNumber"),
        ({"CustomValidation": {"MaximumLength": "5"}}, None),
    ],
)
def test_stored_phone_numbers_demand_a_branch_for_wrong_ones(
    validation: Json, demanded: str | None
) -> None:
    parameters = {
        "InputTimeLimitSeconds": "5",
        "StoreInput": "True",
        "InputValidation": validation,
    }
    found = check(act("it", "GetParticipantInput", parameters, to="bye", errors=CAUGHT))
    expected = [f"Action is missing required error. Error: {demanded}"] if demanded else []
    assert messages(found) == expected


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ([("Sounds", "1", "bye")], value_at("Transitions.Conditions[0].Condition.Operator")),
        ([("Equals", "10", "bye")], value_at("Transitions.Conditions[0].Condition.Operands")),
        ([("Equals", "1", "gone")], value_at("Transitions.Conditions[0].NextAction")),
    ],
)
def test_conditions_must_be_legal(when: list[tuple[str, str, str]], message: str) -> None:
    parameters = {"InputTimeLimitSeconds": "5"}
    menu = act("it", "GetParticipantInput", parameters, to="bye", errors=MENU_ERRORS, when=when)
    assert messages(check(menu)) == [message]


def test_conditions_need_a_result_and_some_results_need_conditions() -> None:
    talk = act("it", "MessageParticipant", {"Text": "Hi"}, to="bye", when=[("Equals", "1", "bye")])
    assert messages(check(talk)) == ["Action does not support conditions. Path: Actions[0]"]
    hours = act("it", "CheckHoursOfOperation", to="bye", errors=CAUGHT,
                when=[("Equals", "True", "bye")])  # fmt: skip
    assert messages(check(hours)) == [missing_at("Transitions.Conditions.False")]


def test_ways_out_must_be_connected_exactly_where_the_flow_goes_on() -> None:
    assert messages(check(act("it", "MessageParticipant", {"Text": "Hi"}))) == [
        missing_at("Transitions.NextAction")
    ]
    assert messages(check(act("it", "DisconnectParticipant", to="bye"))) == [
        "Action does not support transitions. Path: Actions[0]"
    ]
    assert messages(check(act("it", "MessageParticipant", {"Text": "Hi"}, to="gone"))) == [
        value_at("Transitions.NextAction")
    ]
    rest = act("it", "MessageParticipantIteratively", {"Messages": [{"Text": "Hi"}]})
    assert validate(raw_flow(rest), FlowType.CUSTOMER_HOLD) == []


class Shop:
    """An instance with one queue, one draft and one flow of each of two types."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def find(self, kind: str, reference: str) -> Resource | None:
        self.asked.append((kind, reference))
        return {
            ("queue", "q"): Resource(),
            ("flow", "draft"): Resource(published=False, flow_type=FlowType.CONTACT_FLOW),
            ("flow", "inbound"): Resource(flow_type=FlowType.CONTACT_FLOW),
            ("flow", "hold"): Resource(flow_type=FlowType.CUSTOMER_HOLD),
        }.get((kind, reference))


@pytest.mark.parametrize(
    ("type_", "parameters", "path"),
    [
        ("UpdateContactTargetQueue", {"QueueId": "q"}, None),
        ("UpdateContactTargetQueue", {"QueueId": "$.Attributes.q"}, None),
        ("UpdateContactTargetQueue", {"QueueId": "none"}, "QueueId"),
        ("TransferToFlow", {"ContactFlowId": "inbound"}, None),
        ("TransferToFlow", {"ContactFlowId": "draft"}, "ContactFlowId"),
        ("TransferToFlow", {"ContactFlowId": "hold"}, "ContactFlowId"),
        ("UpdateContactEventHooks", {"EventHooks": {"CustomerHold": "hold"}}, None),
        ("UpdateContactEventHooks", {"EventHooks": {"AgentHold": "hold"}}, "EventHooks.AgentHold"),
        ("CreateCallbackContact", {"QueueId": "none"}, "QueueId"),
    ],
)
def test_resources_must_exist_be_published_and_of_the_right_type(
    type_: str, parameters: dict[str, Json], path: str | None
) -> None:
    raw = raw_flow(act("it", type_, parameters, to="bye", errors=CAUGHT), BYE)
    found = messages(validate(raw, FlowType.CONTACT_FLOW, resources=Shop()))
    assert found == ([value_at(f"Parameters.{path}")] if path else [])
    assert validate(raw, FlowType.CONTACT_FLOW) == [], "A draft may name what does not exist."


def test_an_unchosen_resource_may_be_saved_but_not_published() -> None:
    raw = raw_flow(
        act("it", "UpdateContactTargetQueue", {"QueueId": ""}, to="bye", errors=CAUGHT), BYE
    )
    assert validate(raw, FlowType.CONTACT_FLOW) == []
    found = validate(raw, FlowType.CONTACT_FLOW, resources=Shop())
    assert messages(found) == [missing_at("Parameters.QueueId")]


def test_all_problems_are_collected_in_order_with_block_and_remedy() -> None:
    raw = raw_flow(
        act("first", "MessageParticipant", {"Text": ""}, to="gone"),
        act("second", "Nonsense"),
    )
    found = validate({**raw, "Version": "1"}, FlowType.CONTACT_FLOW)
    codes = ["version", "property_value", "property_value", "type_unknown", "unreachable"]
    assert [problem.code for problem in found] == codes
    assert [problem.block for problem in found] == ["", "first", "first", "second", "second"]
    assert all(problem.remedy.endswith(".") for problem in found)


def test_a_text_longer_than_the_limit_is_refused() -> None:
    (problem, *_) = validate_text('{"x": "' + "a" * 256_000 + '"}', FlowType.CONTACT_FLOW)
    assert problem.code == "too_long"


def test_a_flow_is_as_long_as_its_content_however_it_came() -> None:
    """The characters count wherever it is checked, publishing included; blanks do not."""
    raw = raw_flow(act("say", "MessageParticipant", {"Text": "a" * 255_000}, to="bye"), BYE)
    assert "too_long" not in codes(validate(raw, FlowType.CONTACT_FLOW))
    assert "too_long" not in codes(
        validate_text(json.dumps(raw, indent=999), FlowType.CONTACT_FLOW)
    )
    raw["Metadata"]["more"] = "a" * 1_000
    assert "too_long" in codes(validate(raw, FlowType.CONTACT_FLOW))


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ([act(str(n), "Nonsense", {"QueueId": "none"}) for n in range(251)], "action_count"),
        ([act("it", "Nonsense", {"QueueId": "none", "x": "a" * 256_000})], "too_long"),
    ],
)
def test_nothing_else_is_looked_at_in_a_flow_that_is_too_large(
    actions: list[dict[str, Any]], code: str
) -> None:
    shop = Shop()
    found = validate(raw_flow(*actions), FlowType.CONTACT_FLOW, resources=shop)
    assert (codes(found), shop.asked) == ([code], [])


def test_a_resource_is_looked_up_once_however_often_it_is_named() -> None:
    shop = Shop()
    blocks = [act(str(n), "UpdateContactTargetQueue", {"QueueId": "none"}) for n in range(99)]
    found = validate(raw_flow(*blocks), FlowType.CONTACT_FLOW, resources=shop)
    assert shop.asked == [("queue", "none")]
    assert sum("QueueId" in problem.message for problem in found) == 99


@pytest.mark.parametrize(("count", "refused"), [(500, False), (501, True)])
def test_no_more_different_resources_are_looked_up_than_an_instance_has(
    count: int, refused: bool
) -> None:
    shop = Shop()
    said = [{"PromptId": str(n)} for n in range(count)]
    block = act("it", "MessageParticipantIteratively", {"Messages": said})
    found = validate(raw_flow(block), FlowType.CUSTOMER_HOLD, resources=shop)
    assert ("reference_count" in codes(found)) is refused
    assert len(shop.asked) == (0 if refused else count)


def set_x(name: str, to: str) -> dict[str, Any]:
    parameters = {"Attributes": {"x": "1"}}
    return act(name, "UpdateContactAttributes", parameters, to=to, errors=CAUGHT)


RECORD = act(
    "rec", "UpdateContactRecordingBehavior", {"RecordingBehavior": {"RecordedParticipants": []}},
    to="bye",
)  # fmt: skip
DEQUEUE = act("dq", "DequeueContactAndTransferToQueue", {"QueueId": "q"}, to="bye", errors=CAUGHT)


@pytest.mark.parametrize(
    ("actions", "type_", "code", "block"),
    [
        ([BYE, SAY], FlowType.CONTACT_FLOW, "unreachable", "say"),
        ([set_x("a", "b"), set_x("b", "a"), BYE], FlowType.CONTACT_FLOW, "never_waits", "a"),
        (
            [act("p", "MessageParticipant", {"Text": "We record."}, to="rec"), RECORD, BYE],
            FlowType.CONTACT_FLOW,
            "recording_late",
            "p",
        ),
        (
            [
                act("p", "MessageParticipant", {"SSML": "<speak>Tom & $.Attributes.x"}, to="bye"),
                BYE,
            ],
            FlowType.CONTACT_FLOW,
            "markup_broken",
            "p",
        ),
        ([DEQUEUE, BYE], FlowType.CUSTOMER_QUEUE, "queue_left_early", "dq"),
        (
            [act("p", "MessageParticipant", {"Text": "x" * 6001}, to="bye"), BYE],
            FlowType.CONTACT_FLOW,
            "text_long",
            "p",
        ),
        (
            [
                act("p", "MessageParticipant", {"Text": "x" * 1801}, to="end"),
                act("end", "EndFlowExecution"),
            ],
            FlowType.AGENT_WHISPER,
            "whisper_long",
            "p",
        ),
    ],
)
def test_warnings_do_not_stop_publishing(
    actions: list[dict[str, Any]], type_: FlowType, code: str, block: str
) -> None:
    (problem,) = validate(raw_flow(*actions), type_)
    assert (problem.code, problem.block, problem.severity) == (code, block, Severity.WARNING)
    assert errors([problem]) == []


def test_a_circle_with_a_prompt_in_it_is_no_warning() -> None:
    again = act("say", "MessageParticipant", {"Text": "Hi"}, to="a")
    found = validate(raw_flow(set_x("a", "say"), again, BYE), FlowType.CONTACT_FLOW)
    assert found == []
