"""Journals of tones, written as the media node writes them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from apps.media.codec import Codec
from apps.media.encoding import RATE, opus_frames, pcmu_frames
from apps.media.journal import Journal, Track
from apps.recordings.models import Recording
from tests.apps.recordings.conftest import BEGUN, SECONDS

FRAME = RATE // 50


def tone(hz: float, seconds: float) -> NDArray[np.int16]:
    times = np.arange(round(seconds * RATE)) / RATE
    return (8000 * np.sin(2 * np.pi * hz * times)).astype(np.int16)


def write_journal(
    recording: UUID,
    side: str,
    *,
    hz: float,
    seconds: float,
    begun: datetime,
    after: float = 0.0,
    leg: str = "leg.1",
    boot: str = "boot",
    codec: Codec = Codec.OPUS,
    is_closed: bool = True,
    came: Callable[[float], float] = float,
) -> Path:
    """One tone, begun so many seconds after the conversation; returns the file.

    `came` tells when a packet came, in seconds from the begin, by when it was said.
    """
    track = Track(recording=str(recording), side=side, leg=leg, boot=boot)
    started = begun + timedelta(seconds=after)
    folder = Path(settings.JOURNALS_DIR)
    journal = Journal(folder, track, started=100.0, unix=started.timestamp())
    encode = opus_frames if codec is Codec.OPUS else pcmu_frames
    step = FRAME * codec.clock_rate // RATE
    packets = [
        (100.0 + came(n * 0.02), codec, (65_500 + n) % 2**16, n * step, payload)
        for n, payload in enumerate(encode(tone(hz, seconds)))
    ]
    for first in range(0, len(packets), 50):
        journal.write(packets[first : first + 50])
    if is_closed:
        journal.write([], closing=True)
    journal.store_and_close()
    return folder / track.path


def two_tones(recording: Recording) -> None:
    """Both sides speak throughout."""
    for side, hz in (("customer", 440), ("agent", 1000)):
        write_journal(recording.public_id, side, hz=hz, seconds=SECONDS, begun=BEGUN)
