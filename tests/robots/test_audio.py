"""A tone is recognised by its frequency, silence as silence."""

import numpy as np
import pytest

from apps.robots.audio import FRAME_SAMPLES, RATE, tone
from apps.robots.audio import strongest as strongest_of

pytestmark = pytest.mark.domain


def strongest(samples: np.ndarray, *, rate: int = RATE) -> float | None:
    return strongest_of(samples.astype(np.float64) / 32768, rate=rate)


@pytest.mark.parametrize("hertz", [100.0, 440.0, 660.0, 661.3, 1000.0, 3333.0])
@pytest.mark.parametrize("seconds", [0.2, 2.0])
def test_a_tone_is_named_to_the_hertz(hertz: float, seconds: float) -> None:
    heard = strongest(tone(hertz, start=0, count=int(RATE * seconds)))

    assert heard == pytest.approx(hertz, abs=0.5)


def test_the_stronger_of_two_tones_is_named() -> None:
    loud, soft = (tone(hertz, start=0, count=RATE) for hertz in (523.0, 660.0))

    assert strongest(loud + soft // 2) == pytest.approx(523.0, abs=0.5)


def test_a_tone_in_noise_is_named() -> None:
    noise = np.random.default_rng(7).normal(0, 1500, RATE)

    assert strongest(tone(660.0, start=0, count=RATE) + noise) == pytest.approx(660.0, abs=0.5)


def test_a_telephone_rate_is_named_too() -> None:
    samples = tone(440.0, start=0, count=RATE)[::6]

    assert strongest(samples, rate=8000) == pytest.approx(440.0, abs=0.5)


def test_silence_hum_below_hearing_and_a_click_are_silence() -> None:
    faint = np.random.default_rng(7).normal(0, 30, RATE)

    assert strongest(np.zeros(RATE)) is None
    assert strongest(faint) is None
    assert strongest(tone(440.0, start=0, count=FRAME_SAMPLES)) is None
    assert strongest(np.zeros(0)) is None


def test_no_tone_is_silence() -> None:
    assert not tone(0, start=0, count=RATE).any()


def test_frames_join_without_a_step() -> None:
    joined = np.concatenate(
        [tone(661.3, start=start, count=FRAME_SAMPLES) for start in range(0, RATE, FRAME_SAMPLES)]
    )

    assert np.array_equal(joined, tone(661.3, start=0, count=RATE))
