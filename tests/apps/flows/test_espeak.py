"""eSpeak speaks in a process of its own: whatever becomes of that one, ours lives on."""

import wave
from pathlib import Path

import numpy as np
import pytest

from apps.flows.domain.ssml import speakable
from apps.flows.speech import espeak
from apps.flows.speech.base import SpeechFailed, SpeechUnavailable
from apps.flows.speech.espeak import EspeakSynthesiser
from tests.pretending import pretend_python

pytestmark = pytest.mark.db

pytest.importorskip("espeakng_loader")


def seconds_of(text: str, *, ssml: bool = False, language: str = "en-US") -> float:
    samples, hz = EspeakSynthesiser().speak(text, language=language, voice="Joanna", ssml=ssml)
    assert samples.any()
    return len(samples) / hz


def test_a_text_becomes_sound() -> None:
    assert 0.3 < seconds_of("Hello") < 3


def test_a_language_nobody_knows_is_spoken_as_english() -> None:
    assert seconds_of("Hello", language="xx-XX") == seconds_of("Hello", language="en")


def test_a_break_is_as_long_as_it_says() -> None:
    pause = seconds_of('<speak>Hello<break time="10s"/></speak>', ssml=True)
    assert 9 < pause - seconds_of("Hello") < 11


def test_breaks_after_one_another_are_as_long_as_all_of_them() -> None:
    text, ssml = speakable('<speak>Hello<break time="5s"/> <break time="5s"/></speak>', ssml=True)
    assert 9 < seconds_of(text, ssml=ssml) - seconds_of("Hello") < 11


@pytest.mark.parametrize("signal", ["SEGV", "ABRT", "BUS", "FPE", "XCPU"])
def test_words_it_crashes_on_or_never_ends_with_have_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, signal: str
) -> None:
    pretend_python(monkeypatch, tmp_path, f"kill -{signal} $$")

    with pytest.raises(SpeechFailed):
        seconds_of("Hello")


# whoever runs the tests in the background lets everything below ignore SIGINT
INTERRUPTED = "exec env --default-signal=INT sh -c 'kill -INT $$'"


@pytest.mark.parametrize("ends", ["kill -TERM $$", INTERRUPTED, "kill -KILL $$", "exit 1"])
def test_a_process_that_others_ended_says_nothing_about_the_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ends: str
) -> None:
    pretend_python(monkeypatch, tmp_path, ends)

    with pytest.raises(SpeechUnavailable):
        seconds_of("Hello")


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "WITHIN_SECONDS", 0.01)

    with pytest.raises(SpeechUnavailable):
        seconds_of("Hello")


def test_where_it_is_not_installed_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "find_spec", lambda _name: None)
    monkeypatch.delattr(espeak, "run_child")

    with pytest.raises(SpeechUnavailable):
        seconds_of("Hello")


def test_more_than_ten_minutes_are_not_spoken() -> None:
    with pytest.raises(SpeechFailed):
        seconds_of(
            '<speak>One<break time="99999s"/>two<break time="99999s"/>three</speak>', ssml=True
        )


@pytest.mark.parametrize(
    "markup",
    [
        'Hello<audio src="{file}"/>',
        '<speak>Hello<audio src="{file}">there</audio></speak>',
        "<speak>Hello &lt;audio src='{file}'/&gt;</speak>",
        "<speak>Hello &amp;lt;audio src='{file}'/&amp;gt;</speak>",
        '<speak>Hello <![CDATA[<audio src="{file}"/>]]></speak>',
        '<speak>Hello &<audio src="{file}"/></speak>',
        "<!DOCTYPE s [<!ENTITY a \"<audio src='{file}'/>\">]><speak>Hello &a;</speak>",
        'Hello<voice name="{file}">there</voice>',
    ],
)
def test_no_file_of_the_server_is_heard(tmp_path: Path, markup: str) -> None:
    """T-08: the file would be ten minutes of sound."""
    file = tmp_path / "a.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(22_050)
        sound.writeframes(np.full(22_050 * 590, 9_000, np.int16).tobytes())

    text, ssml = speakable(markup.replace("{file}", str(file)), ssml=True)

    assert seconds_of(text, ssml=ssml) < 60
