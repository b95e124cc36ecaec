"""A synthesiser turns words into sound; which one speaks is a setting."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]


class SpeechUnavailable(Exception):
    """Nothing can be spoken now: no synthesiser is installed, or the machine has no time for it.

    `make run` installs one; or upload audio as prompts.
    """

    code = "SPEECH_UNAVAILABLE"


class SpeechFailed(Exception):
    """These words cannot be spoken, now or later: they break the synthesiser, or never end."""

    code = "SPEECH_FAILED"


class Synthesiser(Protocol):
    """Text or SSML in a language (BCP 47) → 16-bit mono samples with their rate in Hz."""

    def speak(self, text: str, *, language: str, voice: str, ssml: bool) -> tuple[Samples, int]:
        """The whole utterance; raises SpeechUnavailable or SpeechFailed."""
