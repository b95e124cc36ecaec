"""The sound of one voice."""

import numpy as np
import pytest

from apps.media.codec import Codec
from apps.media.encoding import pcmu_frames
from apps.media.journal_reader import JournalPacket
from apps.recordings.domain.timeline import FRAME, RATE
from apps.recordings.services.mixing import Voice

pytestmark = pytest.mark.domain

LOUDNESS = 8000


def test_nothing_lies_over_the_packet_before() -> None:
    """Packets of 20 ms that begin every 10 ms, because their clock says nothing."""
    payloads = pcmu_frames(np.full(RATE, LOUDNESS, np.int16))
    packets = [
        JournalPacket(n * 0.01, Codec.PCMU, n, 0, payload) for n, payload in enumerate(payloads)
    ]
    block = np.zeros(25 * FRAME, np.int32)

    Voice(packets, begin=0).add_to(block, start=0)

    assert block[FRAME:-FRAME].min() > LOUDNESS * 0.9
    assert block.max() < LOUDNESS * 1.1
