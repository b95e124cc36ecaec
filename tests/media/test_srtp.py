"""libsrtp called by us does what pylibsrtp's calls do."""

import os

import pylibsrtp
import pytest

from apps.media.srtp import TRAILER, SrtpSession

pytestmark = pytest.mark.media

KEY = os.urandom(30)
RTP = bytes.fromhex("800f1234000000a0deadbeef") + b"sound" * 10
RTCP = bytes.fromhex("80c80006deadbeef") + bytes(20)


def session(direction: int) -> pylibsrtp.Session:
    return pylibsrtp.Session(pylibsrtp.Policy(key=KEY, ssrc_type=direction))


def outward() -> pylibsrtp.Session:
    return session(pylibsrtp.Policy.SSRC_ANY_OUTBOUND)


def inward() -> pylibsrtp.Session:
    return session(pylibsrtp.Policy.SSRC_ANY_INBOUND)


@pytest.mark.parametrize("kind", ["rtp", "rtcp"])
def test_either_reads_what_the_other_has_protected(kind: str) -> None:
    protect, unprotect = (
        ("protect", "unprotect")
        if kind == "rtp"
        else (
            "protect_rtcp",
            "unprotect_rtcp",
        )
    )
    packet = RTP if kind == "rtp" else RTCP
    ours, theirs = SrtpSession(outward()), outward()

    protected = getattr(ours, protect)(packet)

    assert protected == getattr(theirs, protect)(packet) != packet
    assert getattr(inward(), unprotect)(protected) == packet
    assert getattr(SrtpSession(inward()), unprotect)(protected) == packet


def test_an_altered_or_repeated_packet_is_refused_m_04() -> None:
    protected = outward().protect(RTP)
    ours = SrtpSession(inward())

    with pytest.raises(pylibsrtp.Error):
        ours.unprotect(protected[:-1] + bytes([protected[-1] ^ 1]))
    assert ours.unprotect(protected) == RTP
    with pytest.raises(pylibsrtp.Error):
        ours.unprotect(protected)


def test_a_packet_without_room_is_refused_before_it_is_copied() -> None:
    with pytest.raises(ValueError, match="too long"):
        SrtpSession(outward()).protect(RTP + bytes(1500 - TRAILER))
    with pytest.raises(ValueError, match="too long"):
        SrtpSession(inward()).unprotect(bytes(1501))
