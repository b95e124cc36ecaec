"""Sound files for tests of prompts."""

import io
import wave

import numpy as np

from apps.flows.models import Prompt
from apps.flows.services.prompts import upload_prompt
from apps.instances.models import Instance


def sound(*, seconds: float = 0.5, rate: int = 8000, hertz: int = 440) -> io.BytesIO:
    """A telephone-grade WAV file with a tone in it."""
    tone = 8000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(tone.astype("<i2").tobytes())
    file.seek(0)
    return file


def prompt_of(instance: Instance, name: str, *, hertz: int = 440) -> Prompt:
    return upload_prompt(instance=instance, name=name, audio=sound(hertz=hertz))
