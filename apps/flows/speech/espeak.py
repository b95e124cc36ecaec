"""eSpeak NG from its wheel, through ctypes: no system package, nothing fetched.

The library is GPL-3, hence an optional extra, loaded only where prompts are rendered. It is not
thread-safe: one lock around each utterance.
"""

import ctypes
import threading
from typing import Any

import numpy as np

from apps.flows.speech.base import Samples, SpeechUnavailable

_SYNCHRONOUS = 0x02  # AUDIO_OUTPUT_SYNCHRONOUS of speak_lib.h
_UTF8, _SSML = 0x01, 0x10
_POSITION_CHARACTER = 1
_WORDS_PER_MINUTE, _RATE = 165, 1

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class EspeakSynthesiser:
    """Speaks every language eSpeak NG knows; unknown ones are spoken as English."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: list[Samples] = []
        self._callback = _Callback(self._collect)
        self._library, self._hz = self._load()

    def speak(self, text: str, *, language: str, voice: str, ssml: bool) -> tuple[Samples, int]:
        del voice  # names of other vendors' voices mean nothing here
        with self._lock:
            self._heard = []
            self._choose(language)
            encoded = text.encode()
            self._library.espeak_Synth(
                encoded,
                len(encoded) + 1,
                0,
                _POSITION_CHARACTER,
                0,
                _UTF8 | (_SSML if ssml else 0),
                None,
                None,
            )
            self._library.espeak_Synchronize()
            return np.concatenate([*self._heard, np.zeros(0, np.int16)]), self._hz

    def _load(self) -> tuple[Any, int]:
        try:
            import espeakng_loader  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            raise SpeechUnavailable from error
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        path = str(espeakng_loader.get_data_path()).encode()
        hz = library.espeak_Initialize(_SYNCHRONOUS, 0, path, 0)
        if hz <= 0:
            raise SpeechUnavailable
        library.espeak_SetSynthCallback(self._callback)
        library.espeak_SetParameter(_RATE, _WORDS_PER_MINUTE, 0)
        return library, hz

    def _choose(self, language: str) -> None:
        for name in (language.lower(), language.partition("-")[0].lower(), "en"):
            if self._library.espeak_SetVoiceByName(name.encode()) == 0:
                return

    def _collect(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0
