"""Speech becomes frames the media router can play. Runs in the Celery worker."""

import io
import logging
import threading
import wave
from functools import lru_cache

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string

from apps.flows.domain.ssml import pause_of, speakable
from apps.flows.models import Asset
from apps.flows.services.assets import settle
from apps.flows.speech.base import Samples, SpeechFailed, SpeechUnavailable, Synthesiser
from apps.instances.scope import instance_scope, unscoped
from apps.media.assets import LONGEST_SECONDS, AudioError, decode_audio, write_asset
from apps.media.encoding import RATE, Pcm

_log = logging.getLogger(__name__)


_making = threading.Lock()


def synthesiser() -> Synthesiser:
    """The one named by SPEECH_SYNTHESISER, one per process for all threads."""
    with _making:
        return _synthesiser(settings.SPEECH_SYNTHESISER)


@lru_cache(maxsize=1)
def _synthesiser(path: str) -> Synthesiser:
    made: Synthesiser = import_string(path)()
    return made


def render(asset_id: int) -> None:
    """Render one asset; a no-op when it is done already."""
    with unscoped("a job names its row"):
        asset = Asset.objects.select_related("instance").get(pk=asset_id)
    if asset.state == Asset.State.READY:
        return
    failure = ""
    try:
        _speak(asset)
    except (SpeechUnavailable, SpeechFailed) as error:
        failure = error.code
        _log.warning("A text prompt stays silent: %s", failure)
    with instance_scope(asset.instance):
        settle(asset=asset, failure=failure)


def _speak(asset: Asset) -> None:
    text, ssml = speakable(asset.text, ssml=asset.is_ssml)
    pause = pause_of(text) if ssml else None
    pcm = _spoken(asset, text, ssml=ssml) if pause is None else _silence(pause)
    write_asset(settings.ASSETS_DIR, asset.key, pcm)


def _spoken(asset: Asset, text: str, *, ssml: bool) -> Pcm:
    samples, hz = synthesiser().speak(text, language=asset.language, voice=asset.voice, ssml=ssml)
    if not samples.any():
        raise SpeechFailed
    try:
        return decode_audio(_wav(samples, hz=hz))
    except AudioError as error:
        raise SpeechFailed from error


def _silence(seconds: float) -> Pcm:
    """A prompt of pauses only is meant to be silent; it needs nobody who speaks."""
    if seconds > LONGEST_SECONDS:
        raise SpeechFailed
    return np.zeros(max(1, round(seconds * RATE)), np.int16)


def _wav(samples: Samples, *, hz: int) -> bytes:
    """The samples as a file in memory, so that one decoder serves speech and uploads alike."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(hz)
        writer.writeframes(samples.tobytes())
    return file.getvalue()
