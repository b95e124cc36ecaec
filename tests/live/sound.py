"""The tones that robots and browsers speak, and what a recorded file sounds like."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

CALLER_HZ, AGENT_HZ = 440, 660
RATE = 48_000
AUDIBLE = 0.01  # of full scale, root mean square


def channels(path: Path) -> NDArray[np.float64]:
    """The samples of a stereo file: left, right."""
    with av.open(str(path), mode="r") as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(parts, axis=1).astype(np.float64)


def seconds_of(sound: NDArray[np.float64], hertz: float) -> float:
    """For how long a tone is the loudest thing in one channel: tenths of a second, added up."""
    window = RATE // 10
    parts = sound[: len(sound) // window * window].reshape(-1, window)
    spectra = np.abs(np.fft.rfft(parts * np.hanning(window), axis=1))
    is_tone = np.abs(spectra.argmax(axis=1) * RATE / window - hertz) <= 10
    is_loud = np.sqrt(np.mean(np.square(parts), axis=1)) > AUDIBLE
    return float(np.count_nonzero(is_tone & is_loud)) / 10


def holds_both_tones(path: Path, *, seconds: float) -> None:
    """The customer left and the agent right, each for longer than that and never the other."""
    left, right = channels(path)
    assert seconds_of(left, CALLER_HZ) > seconds
    assert seconds_of(right, AGENT_HZ) > seconds
    assert seconds_of(left, AGENT_HZ) == seconds_of(right, CALLER_HZ) == 0
