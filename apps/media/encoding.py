"""Sound to 20 ms frames: Opus at 28 kb/s mono and G.711 µ-law, levelled first.

PCM here is always int16, mono, 48 kHz, in a one-dimensional numpy array. All of this takes CPU:
call it from a worker or an executor thread, never on the loop.
"""

from fractions import Fraction
from typing import TypeVar

import av
import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]
Sound = TypeVar("Sound", NDArray[np.int16], NDArray[np.float64])

RATE = 48000
FRAME = RATE // 50
FRAME_8K = 160
TARGET_DBFS = -18.0
PEAK = 0.89 * 32768  # -1 dBFS
GATE = 32768 * 10 ** (-50 / 20)
OPUS_BITS = 28000
# Encoded ahead of a loop and thrown away, so that its first frame fits its last.
LEAD_IN = RATE // 2


def levelled(pcm: Pcm) -> Pcm:
    """Bring speech to about -18 dBFS, measured over the frames that are not silence."""
    sound = pcm.astype(np.float64)
    blocks = _padded(sound, FRAME).reshape(-1, FRAME)
    power = np.sqrt(np.mean(blocks**2, axis=1))
    loud = power[power > GATE]
    if not loud.size:
        return pcm
    level = float(np.sqrt(np.mean(loud**2)))
    sound *= 32768 * 10 ** (TARGET_DBFS / 20) / level
    peak = float(np.abs(sound).max())
    if peak > PEAK:
        sound = np.tanh(sound / PEAK) * PEAK
    return sound.astype(np.int16)


def opus_frames(pcm: Pcm, *, seamless: bool = False) -> list[bytes]:
    """Encode to Opus packets of 20 ms; `seamless` sound may follow itself without a click."""
    whole = _padded(pcm, FRAME)
    lead = whole[-min(LEAD_IN, len(whole)) :] if seamless else whole[:0]
    encoder = _opus_encoder()
    packets: list[bytes] = []
    sound = np.concatenate([lead, whole])
    for start in range(0, len(sound), FRAME):
        frame = av.AudioFrame.from_ndarray(
            sound[start : start + FRAME].reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    packets += [bytes(packet) for packet in encoder.encode(None)]
    first = len(lead) // FRAME
    return packets[first : first + len(whole) // FRAME]


def _opus_encoder() -> av.AudioCodecContext:
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.bit_rate, encoder.sample_rate = OPUS_BITS, RATE
    encoder.format, encoder.layout = av.AudioFormat("s16"), av.AudioLayout("mono")
    encoder.time_base = Fraction(1, RATE)
    encoder.options = {"application": "audio", "frame_duration": "20"}
    return encoder


def pcmu_frames(pcm: Pcm) -> list[bytes]:
    """Encode to G.711 µ-law packets of 20 ms at 8 kHz, as many as `opus_frames` gives."""
    whole = _padded(pcm, FRAME)
    sound = resampled(whole, have=RATE, want=8000)
    count = len(whole) // FRAME
    exact = np.zeros(count * FRAME_8K, np.int16)
    exact[: len(sound)] = sound[: len(exact)]
    octets = ulaw(exact).tobytes()
    return [octets[i : i + FRAME_8K] for i in range(0, len(octets), FRAME_8K)]


def resampled(pcm: Pcm, *, have: int, want: int) -> Pcm:
    """Change the sample rate of mono sound."""
    resampler = av.AudioResampler("s16", "mono", want)
    frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = have, Fraction(1, have), 0
    out = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray().ravel() for part in out]).astype(np.int16)


def ulaw(pcm: Pcm) -> NDArray[np.uint8]:
    """G.711 µ-law of linear samples (ITU-T G.711)."""
    wide = pcm.astype(np.int32)
    sign = np.where(wide < 0, 0x80, 0)
    size = np.minimum(np.abs(wide), 32635) + 132
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    return np.asarray(~(sign | exponent << 4 | mantissa) & 0xFF, dtype=np.uint8)


def linear(octet: int) -> int:
    """The 16-bit sample a µ-law octet stands for."""
    value = ~octet & 0xFF
    size = (((value & 0x0F) << 3) + 132 << (value >> 4 & 7)) - 132
    return -size if value & 0x80 else size


def _alaw(sample: int) -> int:
    size = (sample if sample >= 0 else -sample - 1) >> 3
    exponent = max(0, size.bit_length() - 5)
    mantissa = size >> max(exponent, 1) & 0x0F
    return (exponent << 4 | mantissa) ^ (0xD5 if sample >= 0 else 0x55)


# A-law is had from µ-law frames while sending, so that it need not be stored.
ULAW_TO_ALAW = bytes(_alaw(linear(octet)) for octet in range(256))


def _padded(pcm: Sound, size: int) -> Sound:
    """Fill the last frame with silence."""
    missing = -len(pcm) % size
    return np.concatenate([pcm, np.zeros(missing, pcm.dtype)]) if missing else pcm
