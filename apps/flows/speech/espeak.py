"""eSpeak NG speaks in a process of its own: some texts crash it, and ours carries calls."""

from importlib.util import find_spec
from subprocess import CompletedProcess

import numpy as np

from apps.flows.speech.base import Samples, SpeechFailed, SpeechUnavailable
from apps.flows.speech.espeak_child import GOOD, TOO_LONG
from apps.media.child import ChildLateError, run_child

WITHIN_SECONDS = 25  # less than after which a job is taken for lost
# SIGINT, SIGKILL, SIGTERM: somebody or something ended it, and the words are not to blame.
_ENDED_BY_OTHERS = frozenset({-2, -9, -15})


class EspeakSynthesiser:
    """Speaks every language eSpeak NG knows."""

    def speak(self, text: str, *, language: str, voice: str, ssml: bool) -> tuple[Samples, int]:
        del voice  # names of other vendors' voices mean nothing here
        if find_spec("espeakng_loader") is None:
            raise SpeechUnavailable
        done = _spoken(text, language=language, kind="ssml" if ssml else "text")
        if done.returncode == TOO_LONG or _crashed(done.returncode):
            raise SpeechFailed
        if done.returncode != GOOD:
            raise SpeechUnavailable
        rate, _, samples = done.stdout.partition(b"\n")
        return np.frombuffer(samples, np.int16), int(rate)


def _spoken(text: str, *, language: str, kind: str) -> CompletedProcess[bytes]:
    try:
        return run_child(
            "apps.flows.speech.espeak_child",
            language,
            kind,
            given=text.encode(),
            within_seconds=WITHIN_SECONDS,
        )
    except (ChildLateError, OSError) as busy:
        raise SpeechUnavailable from busy


def _crashed(status: int) -> bool:
    """By a signal of its own, that of the limit to computing among them."""
    return status < 0 and status not in _ENDED_BY_OTHERS
