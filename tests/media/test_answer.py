"""The answer to an offer: lines, directions, codecs, candidates."""

from collections.abc import Callable

import pytest
from aiortc import RTCDtlsTransport, RTCRtpSender

from apps.media import webrtc
from apps.media.codec import Codec
from apps.media.desired import CallDesired, LegDesired, PlayerDesired, Tone
from apps.media.engine import Engine
from apps.media.errors import MediaError
from tests.media.peers import TonePeer

pytestmark = pytest.mark.media

Peers = Callable[..., TonePeer]

BROWSER = """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2 3
a=extmap-allow-mixed
a=msid-semantic: WMS stream
m=audio 50000 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2113937151 0a1b2c3d-aaaa-bbbb-cccc-0123456789ab.local 50000 typ host
a=candidate:2 1 tcp 1518280447 127.0.0.1 9 typ host tcptype active
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=ice-options:trickle
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:stream track
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:1111 cname:x
""".replace("{fingerprint}", ":".join(["AB"] * 32))
LISTENING = """m=audio 0 UDP/TLS/RTP/SAVPF 111 0 110 126
c=IN IP4 0.0.0.0
a=bundle-only
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
a=mid:{mid}
a=recvonly
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtpmap:0 PCMU/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
""".replace("{fingerprint}", ":".join(["AB"] * 32))
OFFER = BROWSER + "".join(LISTENING.replace("{mid}", mid) for mid in "123")


def answered(offer: str, engine: Engine) -> webrtc.WebRtcTransport:
    return webrtc.WebRtcTransport(
        offer,
        wire=engine.wire,
        certificate=webrtc.new_certificate(),
        advertised=("192.0.2.1", "127.0.0.1"),
        clock=lambda: 0.0,
    )


async def test_one_speaking_and_three_listening_lines_are_all_answered(engine: Engine) -> None:
    transport = answered(OFFER, engine)
    lines = transport.answer.split("m=audio ")[1:]
    directions = [next(d for d in ("sendrecv", "sendonly") if f"a={d}" in line) for line in lines]
    assert directions == ["sendrecv", "sendonly", "sendonly", "sendonly"]
    assert "a=group:BUNDLE 0 1 2 3" in transport.answer
    assert len({line.ssrc for line in transport.negotiated.lines}) == 4
    assert set(transport.negotiated.incoming.values()) == set(Codec)


async def test_the_answer_asks_for_error_correction_and_key_presses_and_no_extensions(
    engine: Engine,
) -> None:
    text = answered(OFFER, engine).answer
    assert "a=fmtp:111 minptime=10;useinbandfec=1" in text
    assert "m=audio" in text
    for line in ("rtpmap:0 PCMU/8000", "110 telephone-event/48000", "126 telephone-event/8000"):
        assert line in text
    assert "extmap" not in text
    assert "red/48000" not in text


async def test_the_answer_is_complete_with_the_advertised_addresses_best_first(
    engine: Engine,
) -> None:
    text = answered(OFFER, engine).answer
    port = engine.wire.address[1]
    candidates = [line.split() for line in text.splitlines() if line.startswith("a=candidate")]
    assert [c[4:6] for c in candidates[:2]] == [["192.0.2.1", str(port)], ["127.0.0.1", str(port)]]
    assert int(candidates[0][3]) > int(candidates[1][3])
    assert text.count("a=end-of-candidates") == 4


async def test_local_names_and_tcp_are_not_tried(engine: Engine) -> None:
    """A `.local` name would be asked for by multicast for a second; the browser reaches us."""
    assert webrtc.read_offer(OFFER).candidates == ()


async def test_an_offer_with_g711_alone_is_answered_with_it(engine: Engine, peer: Peers) -> None:
    only = [c for c in RTCRtpSender.getCapabilities("audio").codecs if c.mimeType == "audio/PCMU"]
    a = peer(440)
    a.transceivers[0].setCodecPreferences(only)
    players = (PlayerDesired("beep", (Tone("beep"),), loop=True),)
    engine.sync(CallDesired("call", 1, 1, (LegDesired("a.1", ("beep",)),), players))
    text = await a.join(engine, "call", "a.1")
    assert "PCMU/8000" in text
    assert "opus" not in text
    await a.connected()
    await a.hears(1000)


async def test_a_listener_hears_two_parties_on_two_lines(engine: Engine, peer: Peers) -> None:
    a, b, s = peer(440), peer(660), peer(None, extra_lines=1)
    legs = (
        LegDesired("a.1", ("b.1",)),
        LegDesired("b.1", ("a.1",)),
        LegDesired("s.1", ("a.1", "b.1")),
    )
    engine.sync(CallDesired("call", 1, 1, legs=legs))
    for name, one in (("s.1", s), ("a.1", a), ("b.1", b)):
        await one.join(engine, "call", name)
    await s.hears(440, 0)
    await s.hears(660, 1)
    await a.hears(660)


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        ("", "no_audio"),
        ("v=0\r\nm=audio x\r\n", "bad_offer"),
        ("x" * 70000, "bad_offer"),
        (OFFER.replace("opus", "speex").replace("PCM", "XCM"), "no_audio"),
        (OFFER.replace("a=fingerprint", "a=no"), "insecure_offer"),
        (OFFER.replace("a=ice-pwd", "a=no"), "insecure_offer"),
    ],
)
async def test_an_offer_that_cannot_be_answered_is_refused_with_a_code(
    engine: Engine, offer: str, code: str
) -> None:
    with pytest.raises(MediaError) as refused:
        await engine.negotiate("call", "a.1", offer)
    assert refused.value.code == code
    assert engine.stats()["legs"] == 0


async def test_a_video_line_is_refused_and_the_audio_answered(engine: Engine) -> None:
    video = "m=video 9 UDP/TLS/RTP/SAVPF 96\nc=IN IP4 0.0.0.0\na=mid:v\na=rtpmap:96 VP8/90000\n"
    text = answered(BROWSER + video, engine).answer
    assert "m=video 0 UDP/TLS/RTP/SAVPF 96" in text
    assert "a=group:BUNDLE 0\r\n" in text


async def test_a_changed_library_is_refused_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(RTCDtlsTransport, "_set_role")
    with pytest.raises(MediaError, match=r"aiortc .*_set_role") as refused:
        webrtc.self_test()
    assert refused.value.code == "library_changed"
