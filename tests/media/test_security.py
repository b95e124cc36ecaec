"""What strangers on the media port, and liars in the offer, cannot do (M-01 to M-04)."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import cast

import aioice.ice
import pytest
from aiortc.rtcdtlstransport import RTCDtlsTransport
from pylibsrtp import Session

from apps.media.desired import CallDesired, LegDesired
from apps.media.engine import Engine, EngineSettings
from apps.media.events import Event, LegConnected, LegLost
from tests.media.peers import TonePeer, until

pytestmark = pytest.mark.media

Peers = Callable[..., TonePeer]
CALLS = 10
# The start of a DTLS 1.2 ClientHello that breaks off, and things that are not even that.
HELLO = bytes.fromhex("16fefd0000000000000000002e010000220000000000000022fefd") + bytes(34)
GARBAGE = [
    HELLO,
    HELLO[:20],
    b"\x16",
    b"\x80" + bytes(40),
    b"\x00\x01\x00\x00" + bytes(16),
    b"\xff",
]


def talking(call: str) -> CallDesired:
    legs = (LegDesired("a.1", ("b.1",)), LegDesired("b.1", ("a.1",)))
    return CallDesired(call, 1, 1, legs=legs)


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


async def test_stray_hellos_do_not_stop_a_call_from_coming_up_m_01(
    engine: Engine, events: list[Event], peer: Peers, stranger: socket.socket
) -> None:
    """ASVS 17.2.6: a ClientHello from anywhere must not kill a call being set up."""

    async def pester() -> None:
        while True:
            for datagram in GARBAGE:
                stranger.sendto(datagram, engine.wire.address)
            await asyncio.sleep(0.001)

    pest = asyncio.create_task(pester())
    peers = [peer(440) for _ in range(CALLS)]
    try:
        for number, one in enumerate(peers):
            engine.sync(CallDesired(f"call-{number}", 1, 1, legs=(LegDesired("a.1"),)))
            await one.join(engine, f"call-{number}", "a.1")
        for one in peers:
            await one.connected()
    finally:
        pest.cancel()
    await until(lambda: len([e for e in events if isinstance(e, LegConnected)]) == CALLS)
    assert not [e for e in events if isinstance(e, LegLost)]
    assert engine.stats()["dtls_from_unverified"] > CALLS


async def test_a_wrong_fingerprint_gets_no_media_m_02(
    engine: Engine, events: list[Event], peer: Peers
) -> None:
    """ASVS 17.2.8: the certificate must be the one that was signalled."""
    liar, other = peer(440), peer(660)
    own = f"a=fingerprint:sha-256 {fingerprint(await other.offer())}"

    def lie(offer: str) -> str:
        lines = [line for line in offer.splitlines() if not line.startswith("a=fingerprint")]
        return "\r\n".join([*lines, own, ""])

    engine.sync(talking("call"))
    await liar.join(engine, "call", "a.1", change=lie)
    await until(lambda: any(isinstance(e, LegLost) for e in events))
    assert [e.cause for e in events if isinstance(e, LegLost)] == ["dtls_fingerprint_mismatch"]
    assert not [e for e in events if isinstance(e, LegConnected)]
    assert engine.stats()["legs"] == 0


async def test_keys_are_fresh_and_the_protection_is_a_strong_one_m_03(
    engine: Engine, peer: Peers, assets_settings: EngineSettings
) -> None:
    """ASVS 17.2.1 and 17.2.2: AES-GCM or AES_CM_128_HMAC_SHA1_80, a key per process start."""
    a, b, c = peer(), peer(), peer()
    first = await a.join(engine, "call", "a.1")
    same = await b.join(engine, "call", "b.1")
    restarted = Engine(assets_settings, lambda event: None)
    await restarted.start()
    second = await c.join(restarted, "call", "a.1")
    await a.connected()
    await c.connected()
    assert fingerprint(first) == fingerprint(same) != fingerprint(second)
    for one in (a, c):
        dtls: RTCDtlsTransport = one.transceivers[0].sender.transport
        assert dtls._ssl is not None
        assert dtls._ssl.get_selected_srtp_profile() in {
            b"SRTP_AEAD_AES_256_GCM",
            b"SRTP_AEAD_AES_128_GCM",
            b"SRTP_AES128_CM_SHA1_80",
        }
        assert dtls._ssl.get_protocol_version_name() in {"DTLSv1.2", "DTLSv1.3"}
    await restarted.aclose()


async def test_injected_sound_changes_nothing_and_is_counted_m_04(
    engine: Engine, peer: Peers, stranger: socket.socket
) -> None:
    """ASVS 17.2.3: plain, forged and replayed RTP, from a stranger and from the peer's address."""
    a, b = peer(440), peer(660)
    engine.sync(talking("call"))
    await a.join(engine, "call", "a.1")
    await b.join(engine, "call", "b.1")
    await b.hears(440)
    dtls = a.transceivers[0].sender.transport
    protect, sent = dtls._tx_srtp.protect, list[bytes]()

    class Recorder:
        protect_rtcp = dtls._tx_srtp.protect_rtcp

        def protect(self, packet: bytes) -> bytes:
            sent.append(protect(packet))
            return sent[-1]

    dtls._tx_srtp = cast(Session, Recorder())
    await until(lambda: len(sent) > 5)
    port = engine.wire.address
    for genuine in sent[:5]:
        plain = genuine[:12] + bytes(160)
        forged = genuine[:-1] + bytes([genuine[-1] ^ 1])
        for packet in (plain, forged, genuine):
            stranger.sendto(packet, port)
            await dtls.transport._send(packet)
    await until(lambda: engine.stats().get("srtp_refused", 0) >= 15)
    assert engine.stats()["rtp_from_unverified"] == 15
    b.forget()
    await b.hears(440)


async def test_sound_follows_a_peer_whose_network_address_changes(
    engine: Engine, peer: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a path check with the right password from the new address, not before."""
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.2)
    a, b, nat = peer(440), peer(660), Nat(engine.wire.address)
    await nat.open()
    engine.sync(talking("call"))
    own_port = str(engine.wire.address[1])
    answer = await engine.negotiate("call", "a.1", without_candidates(await a.offer()))
    await a.answer(answer.replace(f" {own_port} ", f" {nat.port} "))
    await b.join(engine, "call", "b.1")
    await a.hears(660)
    await b.hears(440)
    await nat.rebind()
    await until(lambda: engine.stats().get("address_changed", 0) >= 1)
    a.forget()
    b.forget()
    await a.hears(660)
    await b.hears(440)
    nat.close()


class Nat:
    """A box between a peer and the engine that can change the address it sends from."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._inside: asyncio.DatagramTransport | None = None
        self._outside: asyncio.DatagramTransport | None = None
        self._peer: tuple[str, int] | None = None
        self.port = 0

    async def open(self) -> None:
        self._inside = await self._socket(self._from_peer)
        self.port = self._inside.get_extra_info("sockname")[1]
        await self.rebind()

    async def rebind(self) -> None:
        if self._outside is not None:
            self._outside.close()
        self._outside = await self._socket(self._from_engine)

    def close(self) -> None:
        for transport in (self._inside, self._outside):
            if transport is not None:
                transport.close()

    async def _socket(
        self, take: Callable[[bytes, tuple[str, int]], None]
    ) -> asyncio.DatagramTransport:
        class Protocol(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
                take(data, addr)

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Protocol, local_addr=("127.0.0.1", 0))
        return transport

    def _from_peer(self, data: bytes, address: tuple[str, int]) -> None:
        self._peer = address
        if self._outside is not None:
            self._outside.sendto(data, self._target)

    def _from_engine(self, data: bytes, address: tuple[str, int]) -> None:
        if self._inside is not None:
            self._inside.sendto(data, self._peer)


def fingerprint(text: str) -> str:
    """The sha-256 fingerprint of a description."""
    lines = [line for line in text.splitlines() if line.startswith("a=fingerprint:sha-256")]
    return lines[0].split()[1]


def without_candidates(offer: str) -> str:
    """What a browser behind a NAT looks like: nothing in the offer can be reached."""
    return "".join(f"{line}\r\n" for line in offer.splitlines() if "candidate" not in line)
