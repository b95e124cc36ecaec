"""RTP headers (RFC 3550 §5.1): read what came in, write what goes out. Pure."""

from struct import Struct

from apps.media.codec import Codec

HEADER = Struct("!BBHII")
MARKER = 0x80


# One RTP packet after its header has been read: codec, marker (0 or 0x80), sequence, timestamp,
# payload. A plain tuple, because one is made for every packet of every call.
Packet = tuple[Codec, int, int, int, bytes]


def header_length(data: bytes) -> int:
    """Return where the payload starts: past contributing sources and the header extension.

    Raises IndexError for a packet that ends before its header does.
    """
    length = 12 + 4 * (data[0] & 0x0F)
    if data[0] & 0x10:
        length += 4 + 4 * (data[length + 2] << 8 | data[length + 3])
    if length > len(data):
        raise IndexError("the RTP header is longer than the packet")
    return length


def payload_of(data: bytes) -> bytes:
    """Return the payload without padding; raises IndexError when the packet is cut short."""
    first = data[0]
    if not first & 0x3F:
        return data[12:]
    end = len(data) - data[-1] if first & 0x20 else len(data)
    start = header_length(data)
    if end < start:
        raise IndexError("the RTP padding is longer than the packet")
    return data[start:end]
