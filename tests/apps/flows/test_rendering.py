"""Speech becomes frames, or a failure that is told; hostile markup gets no further than here."""

from collections.abc import Callable

import numpy as np
import pytest

from apps.flows.domain.effects import Speech
from apps.flows.models import Asset
from apps.flows.services import rendering
from apps.flows.services.assets import ensure_speech
from apps.flows.speech.base import Samples
from apps.instances.models import Instance
from apps.instances.scope import instance_scope

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
