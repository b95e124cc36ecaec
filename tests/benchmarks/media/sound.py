"""What the load generator says: speech-like sound as Opus frames, the same on every machine."""

from fractions import Fraction

import av
import numpy as np

RATE = 48000
FRAME = RATE // 50
BIT_RATE = 32000


def speech_frames(seconds: int = 12) -> list[bytes]:
    """20 ms Opus frames, each different from all others so that it is known again."""
    return list(dict.fromkeys(_opus(_speech(seconds))))


def _speech(seconds: int) -> np.ndarray:
    """Harmonics of a wandering pitch, cut into syllables, with a little noise beneath."""
    times = np.arange(RATE * seconds) / RATE
    pitch = 130 + 25 * np.sin(2 * np.pi * 0.7 * times)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    voiced = sum(np.sin(k * phase) / k for k in range(1, 20))
    syllables = np.sin(2 * np.pi * 2.1 * times) > -0.3
    noise = np.random.default_rng(1).normal(0, 60, len(times))
    return (voiced * syllables * 4000 + noise).astype(np.int16)


def _opus(pcm: np.ndarray) -> list[bytes]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.bit_rate, encoder.sample_rate = BIT_RATE, RATE
    encoder.format, encoder.layout = "s16", "mono"
    encoder.options = {"application": "voip", "frame_duration": "20"}
    encoder.time_base = Fraction(1, RATE)
    packets = []
    for start in range(0, len(pcm) - FRAME + 1, FRAME):
        frame = av.AudioFrame.from_ndarray(
            pcm[start : start + FRAME].reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, encoder.time_base
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets
