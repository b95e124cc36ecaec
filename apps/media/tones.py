"""Sounds made from nothing: ringback and busy by country, a beep, comfort noise, hold music.

The national tables are data after ITU-T E.180; every sound is whole 20 ms frames and repeats
without a click. All partials of the music lie below 3.4 kHz, so that a telephone hears the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.media.encoding import FRAME, RATE, Pcm

Wave = NDArray[np.float64]
TONE_LEVEL = 0.1  # of full scale, about -23 dBFS for two partials
FADE = RATE // 200


@dataclass(frozen=True, slots=True)
class Cadence:
    """Frequencies in Hz, seconds on, off, on, off …, and the Hz one tone is swelled with."""

    hertz: tuple[float, ...]
    seconds: tuple[float, ...]
    swell: float = 0.0


DOUBLE = (0.4, 0.2, 0.4, 2.0)
RINGBACK = {
    "us": Cadence((440, 480), (2, 4)),
    "ca": Cadence((440, 480), (2, 4)),
    "gb": Cadence((400, 450), DOUBLE),
    "ie": Cadence((400, 450), DOUBLE),
    "de": Cadence((425,), (1, 4)),
    "at": Cadence((425,), (1, 4)),
    "nl": Cadence((425,), (1, 4)),
    "fr": Cadence((440,), (1.5, 3.5)),
    "es": Cadence((425,), (1.5, 3)),
    "it": Cadence((425,), (1, 4)),
    "au": Cadence((400, 425, 450), DOUBLE),
    "nz": Cadence((400, 450), DOUBLE),
    "jp": Cadence((400,), (1, 2), swell=16),
    "in": Cadence((400,), DOUBLE, swell=25),
    "br": Cadence((425,), (1, 4)),
    "za": Cadence((400, 433), DOUBLE),
}
BUSY = {
    "us": Cadence((480, 620), (0.5, 0.5)),
    "gb": Cadence((400,), (0.38, 0.38)),
    "eu": Cadence((425,), (0.5, 0.5)),
}
BEEP = Cadence((1000,), (0.4,))

# Hold music: four-voice chords as MIDI notes, each so many seconds, overlapping as they fade.
CHORDS = (
    (48, 55, 64, 71),
    (45, 52, 60, 67),
    (41, 53, 60, 69),
    (43, 50, 59, 67),
    (48, 55, 62, 71),
    (40, 52, 59, 67),
    (41, 48, 57, 64),
    (43, 55, 62, 69),
    (45, 57, 60, 64),
    (38, 50, 57, 65),
    (43, 50, 59, 65),
    (48, 55, 64, 67),
)
CHORD_SECONDS = 6.0
FADE_SECONDS = 2.5
HIGHEST_HERTZ = 3400.0
LOW_RATE = 8000  # enough for the music, and six times quicker to make


def tone_names() -> tuple[str, ...]:
    """Return every name `synthesise` knows."""
    ringback = (f"ringback-{country}" for country in RINGBACK)
    return ("music", "beep", "comfort", *ringback, *(f"busy-{country}" for country in BUSY))


def synthesise(name: str) -> Pcm:
    """Return one round of a sound (int16, mono, 48 kHz); raises KeyError for an unknown name."""
    if name == "music":
        return music()
    if name == "comfort":
        return comfort()
    if name == "beep":
        return cadence(BEEP)
    kind, _, country = name.partition("-")
    return cadence({"ringback": RINGBACK, "busy": BUSY}[kind][country])


def cadence(pattern: Cadence) -> Pcm:
    """Return one round of a pattern of tone and silence."""
    parts = [
        _burst(pattern, seconds) if index % 2 == 0 else np.zeros(_samples(seconds))
        for index, seconds in enumerate(pattern.seconds)
    ]
    return _whole(np.concatenate(parts))


def comfort() -> Pcm:
    """Return four seconds of faint low noise, so that a line does not sound dead."""
    size = 4 * RATE
    spectrum = np.fft.rfft(np.random.default_rng(4).normal(size=size))
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    spectrum *= np.where((hertz > 100) & (hertz < 2500), 1 / (1 + hertz / 400), 0)
    noise = np.fft.irfft(spectrum)
    return _whole(noise * 10 ** (-58 / 20) / np.sqrt(np.mean(noise**2)))


def music() -> Pcm:
    """Return 72 seconds of slow chords whose end flows into their beginning."""
    total = int(len(CHORDS) * CHORD_SECONDS * LOW_RATE)
    ring = np.zeros(total)
    for index, chord in enumerate(CHORDS):
        sound = _pad(chord)
        start = int(index * CHORD_SECONDS * LOW_RATE)
        first = min(len(sound), total - start)
        ring[start : start + first] += sound[:first]
        ring[: len(sound) - first] += sound[first:]
    ring *= 10 ** (-18 / 20) / np.sqrt(np.mean(ring**2))
    return _whole(_upsampled(ring))


def _upsampled(ring: Wave) -> Wave:
    """Raise a loop from 8 to 48 kHz through its spectrum, which keeps it seamless."""
    factor = RATE // LOW_RATE
    return np.fft.irfft(np.fft.rfft(ring), len(ring) * factor) * factor


def _pad(chord: tuple[int, ...]) -> Wave:
    """One chord with soft edges, a little detuned so that it breathes."""
    times = np.arange(int((CHORD_SECONDS + FADE_SECONDS) * LOW_RATE)) / LOW_RATE
    sound = np.zeros(len(times))
    for note in chord:
        base = 440.0 * 2 ** ((note - 69) / 12)
        for partial in range(1, 7):
            hertz = base * partial
            if hertz >= HIGHEST_HERTZ:
                break
            phase = 2 * np.pi * hertz * times
            sound += (np.sin(phase) + np.sin(phase * 1.0015)) / partial**2
    edge = int(FADE_SECONDS * LOW_RATE)
    rise = np.sin(np.linspace(0, np.pi / 2, edge)) ** 2
    sound[:edge] *= rise
    sound[-edge:] *= rise[::-1]
    return sound


def _burst(pattern: Cadence, seconds: float) -> Wave:
    times = np.arange(_samples(seconds)) / RATE
    sound = np.zeros(len(times))
    for hertz in pattern.hertz:
        sound += TONE_LEVEL * np.sin(2 * np.pi * hertz * times)
    if pattern.swell:
        sound *= (1 + np.cos(2 * np.pi * pattern.swell * times)) / 2
    sound[:FADE] *= np.linspace(0, 1, FADE)
    sound[-FADE:] *= np.linspace(1, 0, FADE)
    return sound


def _samples(seconds: float) -> int:
    return round(seconds * 50) * FRAME


def _whole(sound: Wave) -> Pcm:
    return np.asarray(np.clip(sound * 32767, -32767, 32767).astype(np.int16))
