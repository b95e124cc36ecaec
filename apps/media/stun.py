"""The little of STUN (RFC 8489) needed to find a datagram's leg. Pure."""

from struct import unpack_from

USERNAME = 0x0006
BINDING_REQUEST = 0x0001


def request_fragment(data: bytes) -> str | None:
    """Return the receiver's user name fragment of a binding request, None for anything else.

    In `USERNAME` the receiver's fragment stands before the colon (RFC 8445 §7.2.2).
    """
    if len(data) < 20 or unpack_from("!H", data)[0] != BINDING_REQUEST:
        return None
    position = 20
    while position + 4 <= len(data):
        kind, length = unpack_from("!HH", data, position)
        if kind == USERNAME:
            name = data[position + 4 : position + 4 + length]
            return name.partition(b":")[0].decode("ascii", "replace")
        position += 4 + length + -length % 4
    return ""


def transaction_id(data: bytes) -> bytes:
    """Return the number that ties an answer to its question."""
    return data[8:20]
