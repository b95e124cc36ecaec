"""Speech becomes frames, or a failure that is told; hostile markup gets no further than here."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

import numpy as np
import pytest
from django.conf import settings

from apps.core import jobs
from apps.flows.domain.effects import Speech
from apps.flows.models import Asset
from apps.flows.services import assets, rendering
from apps.flows.services.assets import LOST_AFTER, ask_again, ensure_speech, speak_again
from apps.flows.speech.base import Samples, SpeechFailed, SpeechUnavailable
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.media.assets import decode_audio, read_asset

pytestmark = pytest.mark.db


class Recorded:
    """Keeps what it is to say, and answers with these samples."""

    def __init__(self, answer: Callable[[], Samples]) -> None:
        self.said: list[tuple[str, bool]] = []
        self._answer = answer

    def speak(self, text: str, *, language: str, voice: str, ssml: bool) -> tuple[Samples, int]:
        self.said.append((text, ssml))
        return self._answer(), 8_000


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Samples]], Recorded]:
    def speaking(answer: Callable[[], Samples]) -> Recorded:
        recorded = Recorded(answer)
        monkeypatch.setattr(rendering, "synthesiser", lambda: recorded)
        return recorded

    return speaking


def tone() -> Samples:
    return np.full(800, 9_000, np.int16)


def rendered(instance: Instance, text: str, *, ssml: bool = False) -> Asset:
    with instance_scope(instance):
        asset = ensure_speech(instance=instance, speech=Speech(text, "en-US", "Joanna", ssml))
        rendering.render(asset.pk)
        asset.refresh_from_db()
    return asset


@pytest.mark.parametrize(
    ("text", "ssml", "said"),
    [
        ('a<audio src="/etc/passwd"/>b', True, ("<speak>ab</speak>", True)),
        ("Tom & Jerry", True, ("Tom & Jerry", False)),
        ('<audio src="/etc/passwd"/>\x01', False, ('<audio src="/etc/passwd"/> ', False)),
    ],
)
def test_no_synthesiser_sees_more_than_harmless_markup(
    demo_instance: Instance,
    voice: Callable[[Callable[[], Samples]], Recorded],
    text: str,
    ssml: bool,
    said: tuple[str, bool],
) -> None:
    """T-08"""
    recorded = voice(tone)

    asset = rendered(demo_instance, text, ssml=ssml)

    assert recorded.said == [said]
    assert asset.state == Asset.State.READY


def failing(error: Exception) -> Callable[[], Samples]:
    def answer() -> Samples:
        raise error

    return answer


def asked_for_again(asset: Asset, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of which assets the sweep asks once this one is old enough."""
    asked: list[int] = []
    monkeypatch.setattr(jobs, "enqueue", lambda name, asset_id: asked.append(asset_id))
    ask_again(now=asset.created_at + LOST_AFTER + timedelta(seconds=1))
    return asked


@pytest.mark.parametrize(
    ("error", "code", "again"),
    [
        (SpeechUnavailable(), "SPEECH_UNAVAILABLE", True),
        (SpeechFailed(), "SPEECH_FAILED", False),
    ],
)
def test_words_that_cannot_be_spoken_are_not_tried_for_ever(
    demo_instance: Instance,
    voice: Callable[[Callable[[], Samples]], Recorded],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: str,
    again: bool,
) -> None:
    voice(failing(error))

    asset = rendered(demo_instance, "Hello")

    assert (asset.state, asset.failure) == (Asset.State.FAILED, code)
    assert (asset.pk in asked_for_again(asset, monkeypatch)) is again


def test_of_many_unspoken_texts_the_newest_are_asked_for_and_no_crowd_of_jobs(
    demo_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "ASKED_AT_ONCE", 2)
    with instance_scope(demo_instance):
        made = [
            ensure_speech(instance=demo_instance, speech=Speech(text, "en-US", "Joanna"))
            for text in ("Hello Ana", "Hello Ben", "Hello Cleo")
        ]

    assert asked_for_again(made[-1], monkeypatch) == [made[2].pk, made[1].pk]


def test_speech_that_is_too_long_fails_and_is_not_rendered_again(
    demo_instance: Instance,
    voice: Callable[[Callable[[], Samples]], Recorded],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "decode_audio", partial(decode_audio, longest_seconds=1))
    voice(lambda: np.full(16_000, 9_000, np.int16))

    asset = rendered(demo_instance, "Hello")

    assert (asset.state, asset.failure) == (Asset.State.FAILED, "SPEECH_FAILED")
    assert asset.pk not in asked_for_again(asset, monkeypatch)


def test_silence_is_no_speech(
    demo_instance: Instance, voice: Callable[[Callable[[], Samples]], Recorded]
) -> None:
    voice(lambda: np.zeros(800, np.int16))

    assert rendered(demo_instance, "...").state == Asset.State.FAILED


def test_a_prompt_of_pauses_only_is_silence_where_nothing_speaks_too(
    demo_instance: Instance, voice: Callable[[Callable[[], Samples]], Recorded]
) -> None:
    recorded = voice(failing(SpeechUnavailable()))

    asset = rendered(
        demo_instance, '<speak><break time="500ms"/><break time="1s"/></speak>', ssml=True
    )

    assert (asset.state, recorded.said) == (Asset.State.READY, [])
    assert len(read_asset(settings.ASSETS_DIR, asset.key)) == 75


def test_a_pause_longer_than_the_longest_sound_fails(
    demo_instance: Instance,
) -> None:
    asset = rendered(demo_instance, '<speak><break time="601s"/></speak>', ssml=True)

    assert (asset.state, asset.failure) == (Asset.State.FAILED, "SPEECH_FAILED")


def test_speech_whose_job_was_lost_is_asked_for_again(
    demo_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance_scope(demo_instance):
        asset = ensure_speech(instance=demo_instance, speech=Speech("Lost", "en-US", "Joanna"))

    assert asset.pk in asked_for_again(asset, monkeypatch)


def test_speech_whose_file_is_damaged_is_written_anew(
    demo_instance: Instance,
    voice: Callable[[Callable[[], Samples]], Recorded],
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    voice(tone)
    asset = rendered(demo_instance, "Hello")
    file = settings.ASSETS_DIR / f"{asset.key}.opus20"
    file.write_bytes(b"cut")

    with instance_scope(demo_instance), django_capture_on_commit_callbacks(execute=True):
        speak_again(instance=demo_instance, key=asset.key)
    rendering.render(asset.pk)

    assert read_asset(settings.ASSETS_DIR, asset.key)


def test_an_upload_cannot_be_spoken_again(demo_instance: Instance) -> None:
    with instance_scope(demo_instance):
        upload = Asset.objects.create(
            instance=demo_instance, content_hash="f" * 64, state=Asset.State.READY
        )
        speak_again(instance=demo_instance, key=upload.key)
        upload.refresh_from_db()

    assert upload.state == Asset.State.READY
