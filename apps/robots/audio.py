"""The robot's mouth and ear: a tone going out, and what frequency came in."""

import asyncio
from collections import deque
from fractions import Fraction
from typing import Any

import numpy as np
from aiortc import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from numpy.typing import NDArray

RATE = 48_000
FRAME_SAMPLES = RATE // 50  # 20 ms
AMPLITUDE = 0.3
FULL_SCALE = 32_768
# Below this level (dBFS) there is nobody: comfort noise and codec dust lie lower.
SILENCE_DB = -50.0
LOWEST_HERTZ = 50.0
# Audio heard just before the end is the other side; what came earlier may be music or a whisper.
WINDOW_SECONDS = 2.0

Samples = NDArray[np.float64]


def tone(hertz: float, *, start: int, count: int) -> NDArray[np.int16]:
    """Return `count` samples of a sine at 48 kHz from sample `start` on; 0 Hz is silence."""
    phase = 2 * np.pi * hertz * (start + np.arange(count)) / RATE
    return (AMPLITUDE * FULL_SCALE * np.sin(phase)).astype(np.int16)


def strongest(samples: Samples, *, rate: int) -> float | None:
    """Return the strongest frequency in hertz (samples in −1…1), or None if it is silent."""
    if samples.size < rate // 10 or _level(samples) < SILENCE_DB:
        return None
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    spectrum[: int(LOWEST_HERTZ * samples.size / rate)] = 0
    return _peak(spectrum) * rate / samples.size


def _level(samples: Samples) -> float:
    power = float(np.mean(np.square(samples)))
    return 10 * float(np.log10(max(power, 1e-12)))


def _peak(spectrum: Samples) -> float:
    """The place of the highest bin, between bins by a parabola through its neighbours."""
    top = int(np.argmax(spectrum[1:-1])) + 1
    left, middle, right = (float(value) for value in np.log(spectrum[top - 1 : top + 2] + 1e-12))
    bend = left - 2 * middle + right
    return top + (0.5 * (left - right) / bend if bend else 0.0)


class ToneTrack(MediaStreamTrack):
    """A sine at `hertz`, 20 ms a frame, at the pace of the clock."""

    kind = "audio"

    def __init__(self, hertz: float) -> None:
        super().__init__()
        self._hertz = hertz
        self._sent = 0
        self._began: float | None = None

    async def recv(self) -> AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        await self._pace()
        samples = tone(self._hertz, start=self._sent, count=FRAME_SAMPLES)
        frame = AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        frame.pts = self._sent
        self._sent += FRAME_SAMPLES
        return frame

    async def _pace(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = now
        await asyncio.sleep(max(0.0, self._began + self._sent / RATE - now))


class Listener:
    """Keeps the last seconds heard while it is open, and names their strongest frequency.

    It also remembers the longest time without anything audible since the first sound.
    """

    def __init__(self) -> None:
        self._chunks: deque[tuple[float, int, Samples]] = deque()
        self._open = False
        self._audible_at: float | None = None
        self._longest_gap: float | None = None

    @property
    def longest_gap(self) -> float | None:
        """Seconds, since `open`; None if nothing was audible at all."""
        return self._longest_gap

    def open(self) -> None:
        """Forget what was heard and listen: the other side is there now."""
        self._chunks.clear()
        self._open = True
        self._audible_at = self._longest_gap = None

    def close(self) -> None:
        """Stop listening; what came in the last seconds before now is what was heard."""
        if self._open:
            self._open = False
            now = asyncio.get_running_loop().time()
            self._forget(now)
            if self._audible_at is not None:
                self._sounded(now)

    def heard(self) -> float | None:
        """Return the strongest frequency of the last seconds in hertz, None for silence."""
        if not self._chunks:
            return None
        rate = self._chunks[-1][1]
        samples = [chunk for _, chunk_rate, chunk in self._chunks if chunk_rate == rate]
        return strongest(np.concatenate(samples), rate=rate)

    async def listen(self, track: MediaStreamTrack) -> None:
        """Take the frames of `track` until it ends; they are decoded even if not kept."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, AudioFrame):
                self.take(_mono(frame), frame.sample_rate)

    def take(self, samples: Samples, rate: int) -> None:
        """What came out of decoder and jitter buffer just now."""
        if not self._open:
            return
        now = asyncio.get_running_loop().time()
        self._chunks.append((now, rate, samples))
        self._forget(now)
        if _level(samples) >= SILENCE_DB:
            self._sounded(now)

    def _sounded(self, now: float) -> None:
        since = now if self._audible_at is None else self._audible_at
        self._longest_gap = max(self._longest_gap or 0.0, now - since)
        self._audible_at = now

    def _forget(self, now: float) -> None:
        while self._chunks and self._chunks[0][0] < now - WINDOW_SECONDS:
            self._chunks.popleft()


def _mono(frame: AudioFrame) -> Samples:
    """The packed 16-bit samples of aiortc's decoders as one channel in −1…1."""
    packed: NDArray[Any] = frame.to_ndarray()
    channels = len(frame.layout.channels)
    mono: Samples = packed.reshape(-1, channels).mean(axis=1) / FULL_SCALE
    return mono
