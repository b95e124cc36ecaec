"""The audio encodings that pass through, and the clocks they count in (RFC 3551, 7587, 4733)."""

from enum import Enum

FRAME_SECONDS = 0.02


class Codec(Enum):
    """One RTP encoding: name and clock rate as they stand in `a=rtpmap`, channels included."""

    OPUS = ("opus", 48000, 2)
    PCMU = ("PCMU", 8000, 1)
    PCMA = ("PCMA", 8000, 1)
    EVENT_48K = ("telephone-event", 48000, 1)
    EVENT_8K = ("telephone-event", 8000, 1)

    # Members are singletons: identity is the cheapest hash for tables looked up per packet.
    __hash__ = object.__hash__

    def __init__(self, encoding: str, clock_rate: int, channels: int) -> None:
        self.encoding = encoding
        self.clock_rate = clock_rate
        self.channels = channels
        # Whether packets carry key presses and not sound.
        self.is_event = encoding == "telephone-event"


AUDIO = (Codec.OPUS, Codec.PCMU, Codec.PCMA)
EVENTS = (Codec.EVENT_48K, Codec.EVENT_8K)


def codec_named(encoding: str, clock_rate: int) -> Codec | None:
    """Return the codec of an rtpmap entry, or None for one we do not speak."""
    wanted = (encoding.lower(), clock_rate)
    return next((c for c in Codec if (c.encoding.lower(), c.clock_rate) == wanted), None)
