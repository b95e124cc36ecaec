"""A synthesiser turns words into sound; which one speaks is a setting."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]


class SpeechUnavailable(Exception):
    """No synthesiser is installed. `make run` installs one; or upload audio as prompts."""

    code = "SPEECH_UNAVAILABLE"


class Synthesiser(Protocol):
    """Text or SSML in a language (BCP 47) → 16-bit mono samples with their rate in Hz."""

    def speak(self, text: str, *, language: str, voice: str, ssml: bool) -> tuple[Samples, int]:
        """The whole utterance; raises SpeechUnavailable when it cannot speak at all."""
