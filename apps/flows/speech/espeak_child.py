"""One text spoken by eSpeak NG from its wheel, through ctypes: no system package, nothing fetched.

`python -m apps.flows.speech.espeak_child LANGUAGE text|ssml` reads the text, writes the rate
of the sound on a line and then its samples; the exit status says how it went. The library is GPL-3,
hence an optional extra, loaded by nothing else.
"""

import ctypes
import sys
from typing import Any

from apps.media.child import live_small

GOOD, UNAVAILABLE, TOO_LONG = 0, 10, 11
LONGEST_SECONDS = 600
CPU_SECONDS = 20
MEMORY = 512 * 1024**2  # of addresses; the longest sound takes a tenth of it

_SYNCHRONOUS = 0x02  # AUDIO_OUTPUT_SYNCHRONOUS of speak_lib.h
_UTF8, _SSML = 0x01, 0x10
_POSITION_CHARACTER = 1
_WORDS_PER_MINUTE, _RATE = 165, 1
_BYTES = 2  # of a sample

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class Sound:
    """What has been spoken so far, up to a limit."""

    def __init__(self, *, longest: int) -> None:
        self.samples = bytearray()
        self.callback = _Callback(self._take)
        self._longest = longest

    @property
    def is_too_long(self) -> bool:
        return len(self.samples) > self._longest

    def _take(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self.samples += ctypes.string_at(samples, count * _BYTES)
        return int(self.is_too_long)  # 1 ends it


def main(language: str, kind: str) -> int:
    live_small(memory=MEMORY, cpu_seconds=CPU_SECONDS)
    try:
        library, hz = _load()
    except (ImportError, OSError, RuntimeError):
        return UNAVAILABLE
    sound = Sound(longest=LONGEST_SECONDS * hz * _BYTES)
    library.espeak_SetSynthCallback(sound.callback)
    _choose(library, language)
    _speak(library, sys.stdin.buffer.read(), flags=_UTF8 | (_SSML if kind == "ssml" else 0))
    if sound.is_too_long:
        return TOO_LONG
    sys.stdout.buffer.write(b"%d\n" % hz + sound.samples)
    return GOOD


def _load() -> tuple[Any, int]:
    import espeakng_loader  # noqa: PLC0415 - an optional extra

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    path = str(espeakng_loader.get_data_path()).encode()
    hz = library.espeak_Initialize(_SYNCHRONOUS, 0, path, 0)
    if hz <= 0:
        raise RuntimeError("eSpeak does not find its data.")
    library.espeak_SetParameter(_RATE, _WORDS_PER_MINUTE, 0)
    return library, hz


def _choose(library: Any, language: str) -> None:
    """Unknown languages are spoken as English."""
    for name in (language.lower(), language.partition("-")[0].lower(), "en"):
        if library.espeak_SetVoiceByName(name.encode()) == 0:
            return


def _speak(library: Any, text: bytes, *, flags: int) -> None:
    library.espeak_Synth(text, len(text) + 1, 0, _POSITION_CHARACTER, 0, flags, None, None)
    library.espeak_Synchronize()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
