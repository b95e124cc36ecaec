"""A synthesiser for tests: every text is the same short tone, so that a house is set up quickly."""

import numpy as np

from apps.flows.speech.base import Samples

HERTZ = 16_000
_SECONDS = 0.1


class ToneSynthesiser:
    """Says everything in a tenth of a second; the words do not matter to these tests."""

    def speak(self, text: str, *, language: str, voice: str, ssml: bool) -> tuple[Samples, int]:
        del text, language, voice, ssml
        wave = np.sin(2 * np.pi * 440 * np.arange(int(HERTZ * _SECONDS)) / HERTZ)
        return (wave * 8_000).astype(np.int16), HERTZ
