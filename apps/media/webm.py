"""The frames of an asset as a file that browsers play; nothing is encoded anew."""

import io
from collections.abc import Iterable
from fractions import Fraction

import av

from apps.media.encoding import FRAME, RATE

CONTENT_TYPE = "audio/webm"
# With room for the index in front, a player may seek at once. Nothing depends on the moment.
MUXER = {"reserve_index_space": "4096", "cluster_time_limit": "5000", "fflags": "bitexact"}


def webm_of(packets: Iterable[bytes]) -> bytes:
    """Opus packets of 20 ms, one after the other, in a WebM container."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm", options=MUXER) as container:
        stream = container.add_stream("libopus", rate=RATE)
        stream.layout, stream.format = av.AudioLayout("mono"), av.AudioFormat("s16")
        stream.codec_context.open()  # writes the header that players need
        for index, payload in enumerate(packets):
            packet = av.Packet(payload)
            packet.stream, packet.time_base = stream, Fraction(1, RATE)
            packet.pts = packet.dts = index * FRAME
            packet.duration = FRAME
            container.mux(packet)
    return file.getvalue()
