"""How long a robot heard nothing, which is what an outage costs the people on a call."""

import asyncio
from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np
import pytest
from aiortc import MediaStreamError, MediaStreamTrack
from av import AudioFrame

from apps.robots.audio import FRAME_SAMPLES, RATE, Listener, tone

pytestmark = pytest.mark.domain

SOUND = tone(660.0, start=0, count=FRAME_SAMPLES)
SILENCE = np.zeros(FRAME_SAMPLES, dtype=np.int16)


class Line(MediaStreamTrack):
    """Gives each frame at its time by the loop's clock, which it sets."""

    kind = "audio"

    def __init__(self, frames: Iterable[tuple[float, np.ndarray]]) -> None:
        super().__init__()
        self._frames: Iterator[tuple[float, np.ndarray]] = iter(frames)
        self.now = 0.0

    async def recv(self) -> AudioFrame:
        try:
            self.now, samples = next(self._frames)
        except StopIteration:
            raise MediaStreamError from None
        frame = AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        return frame


async def longest_gap(
    monkeypatch: pytest.MonkeyPatch, *frames: tuple[float, np.ndarray], until: float
) -> float | None:
    line, listener = Line(frames), Listener()
    with monkeypatch.context() as patched:
        patched.setattr(asyncio.get_running_loop(), "time", lambda: line.now)
        listener.open()
        await listener.listen(line)
        line.now = until
        listener.close()
    return listener.longest_gap


async def test_the_longest_time_between_two_sounds_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    gap = await longest_gap(monkeypatch, (1.0, SOUND), (1.1, SOUND), (3.5, SOUND), until=3.6)

    assert gap == pytest.approx(2.4)


async def test_silence_that_arrives_is_no_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    gap = await longest_gap(monkeypatch, (1.0, SOUND), (2.0, SILENCE), (3.0, SOUND), until=3.0)

    assert gap == pytest.approx(2.0)


async def test_silence_before_the_end_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await longest_gap(monkeypatch, (1.0, SOUND), until=5.0) == pytest.approx(4.0)


async def test_what_came_before_the_first_sound_is_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    gap = await longest_gap(monkeypatch, (7.0, SILENCE), (9.0, SOUND), (9.5, SOUND), until=9.5)

    assert gap == pytest.approx(0.5)


async def test_without_any_sound_there_is_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await longest_gap(monkeypatch, (1.0, SILENCE), until=9.0) is None
