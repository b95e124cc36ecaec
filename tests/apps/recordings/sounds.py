"""Listening to finished files."""

import av
import numpy as np
from numpy.typing import NDArray

from apps.recordings.models import Recording
from apps.recordings.storage import recordings_storage

RATE = 48000
LEFT, RIGHT = 0, 1
CUES, CLUSTER = b"\x1c\x53\xbb\x6b", b"\x1f\x43\xb6\x75"


def heard(recording: Recording) -> NDArray[np.float64]:
    """Both channels as columns, -1 to 1, from the conversation's begin."""
    with (
        recordings_storage().open(recording.key, "rb") as file,
        av.open(file, mode="r") as container,
    ):
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(parts, axis=1).T.astype(np.float64)


def content(recording: Recording) -> bytes:
    with recordings_storage().open(recording.key, "rb") as file:
        return bytes(file.read())


def loudness(sound: NDArray[np.float64], *, hz: float, begin: float, end: float) -> float:
    """How much of this tone there is between two seconds: about 0.24 for a tone of ours."""
    part = sound[round(begin * RATE) : round(end * RATE)]
    times = np.arange(len(part)) / RATE
    return float(2 * abs(np.mean(part * np.exp(-2j * np.pi * hz * times))))


def level(sound: NDArray[np.float64], *, begin: float, end: float) -> float:
    """Root mean square between two seconds."""
    part = sound[round(begin * RATE) : round(end * RATE)]
    return float(np.sqrt(np.mean(part**2)))
