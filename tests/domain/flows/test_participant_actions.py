"""Actions that speak and listen: parameters and world in, effects and way out."""

import pytest

from apps.flows.domain.document import Json
from apps.flows.domain.effects import (
    Clip,
    Collect,
    Disconnect,
    Effect,
    End,
    LoopPlay,
    Play,
    SetVoice,
    Speech,
    StopPlaying,
)
from apps.flows.domain.events import (
    Digits,
    LoopInterrupted,
    PlayEnded,
    Refused,
    TimedOut,
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

TEXT = Speech("Hi", language="en-US", voice="Joanna")


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
    ("type_", "more"),
    [
        ("MessageParticipant", {}),
        ("GetParticipantInput", {"InputTimeLimitSeconds": "5"}),
    ],
)
@pytest.mark.parametrize(
    ("written", "spoken", "ssml"),
    [
        ({"SSML": "<p>$.Attributes.x</p>"}, "<p>&lt;a/&gt;</p>", True),
        ({"SSML": "$.Attributes.x"}, "<a/>", True),
        (
            {"Text": "<p>$.Attributes.x</p>", "TextToSpeechType": "ssml"},
            "<p>&lt;a/&gt;</p>",
            True,
        ),
        ({"Text": "$.Attributes.x", "TextToSpeechType": "ssml"}, "<a/>", True),
        ({"Text": "$.Attributes.x", "TextToSpeechType": "text"}, "<a/>", False),
    ],
)
def test_what_is_filled_into_markup_is_escaped_wherever_markup_is_written(
    type_: str, more: dict[str, Json], written: dict[str, Json], spoken: str, ssml: bool
) -> None:
    """T-08: a Text of the type ssml is markup as well; one reference alone is the markup."""
    world = FakeWorld(values={"Attributes": {"x": "<a/>"}})
    ran = only(type_, {**more, **written}, world=world)
    asked = ran.wanted[0]
    assert isinstance(asked, Play | Collect)
    assert asked.items == (Speech(spoken, "en-US", "Joanna", ssml),)


def test_messages_in_a_loop_are_escaped_like_any_prompt() -> None:
    messages = [{"Text": "<p>$.Attributes.x</p>", "TextToSpeechType": "ssml"}]
    world = FakeWorld(values={"Attributes": {"x": "<a/>"}})
    ran = only(
        "MessageParticipantIteratively",
        {"Messages": messages},
        world=world,
        flow_type=FlowType.CUSTOMER_HOLD,
    )
    (loop,) = ran.wanted
    assert isinstance(loop, LoopPlay)
    assert loop.items == (Speech("<p>&lt;a/&gt;</p>", "en-US", "Joanna", True),)


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
