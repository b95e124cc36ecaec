"""A small recording as the finaliser makes them: stereo WebM Opus with an index."""

import io
from functools import cache

import av
import numpy as np

RATE = 48_000
CUSTOMER_HZ, AGENT_HZ = 440, 660


@cache
def webm(seconds: float) -> bytes:
    """The customer's tone left, the agent's right, for so long."""
    file = io.BytesIO()
    muxer = {"cluster_time_limit": "1000", "fflags": "bitexact"}  # the same bytes each time
    with av.open(file, "w", format="webm", options=muxer) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="stereo")
        container.mux(stream.encode(_frame(seconds)))
        container.mux(stream.encode(None))
    return file.getvalue()


def _frame(seconds: float) -> av.AudioFrame:
    at = np.arange(int(seconds * RATE)) / RATE
    sides = [np.sin(2 * np.pi * hertz * at) for hertz in (CUSTOMER_HZ, AGENT_HZ)]
    samples = (6000 * np.stack(sides, axis=1)).astype(np.int16).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
    frame.sample_rate = RATE
    frame.pts = 0
    return frame
