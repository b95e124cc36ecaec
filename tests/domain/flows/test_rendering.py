"""What can be rendered when a flow is published."""

import pytest

from apps.flows.domain.document import read
from apps.flows.domain.effects import Speech
from apps.flows.domain.rendering import fixed_speech
from tests.domain.flows.bench import BYE, act, raw_flow

pytestmark = pytest.mark.domain


def test_fixed_texts_are_known_once_for_each_voice_and_dynamic_ones_are_not() -> None:
    messages = [{"SSML": "<speak>Wait</speak>"}, {"PromptId": "p"}, {"Text": "Hi"}]
    document = read(
        raw_flow(
            act("a", "MessageParticipant", {"Text": "Hi"}, to="b"),
            act("b", "MessageParticipant", {"Text": "Hi $.Attributes.name"}, to="c"),
            act("c", "UpdateContactTextToSpeechVoice", {"TextToSpeechVoice": "Amy"}, to="d"),
            act("d", "UpdateContactTextToSpeechVoice", {"TextToSpeechVoice": "$.External.v"}),
            act("e", "GetParticipantInput", {"Text": " ", "InputTimeLimitSeconds": "5"}),
            act("f", "MessageParticipantIteratively", {"Messages": messages}),
            BYE,
        )
    )
    assert fixed_speech(document, language="en-US", voice="Joanna") == (
        Speech("Hi", "en-US", "Joanna"),
        Speech("Hi", "en-US", "Amy"),
        Speech("<speak>Wait</speak>", "en-US", "Joanna", True),
        Speech("<speak>Wait</speak>", "en-US", "Amy", True),
    )
