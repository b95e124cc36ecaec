"""The packet loop: nothing that fails in it ever leaves it."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from apps.media.datagrams import Address, Datagrams
from apps.media.desired import CallDesired, LegDesired
from apps.media.engine import Engine, EngineSettings
from apps.media.errors import MediaError
from apps.media.wire import Wire
from tests.media.peers import TonePeer, until

pytestmark = pytest.mark.media

SOUND = b"\x80\x6f" + bytes(20)
REPORT = b"\x80\xc9" + bytes(20)
HELLO = b"\x16" + bytes(20)


class Listening:
    """An endpoint that notes what it is given and fails when told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.failing = False

    def stun(self, data: bytes, address: Address) -> None:
        self._note("stun", data)

    def dtls(self, data: bytes) -> None:
        self._note("dtls", data)

    def srtp(self, data: bytes, address: Address, now: float) -> None:
        self._note("srtp", data)

    def srtcp(self, data: bytes, address: Address, now: float) -> None:
        self._note("srtcp", data)

    def _note(self, kind: str, data: bytes) -> None:
        if self.failing:
            raise RuntimeError("a mistake")
        self.got.append((kind, data))


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire(clock=time.monotonic)
    wire.open("127.0.0.1", 0)
    yield wire
    wire.close()


@pytest.fixture
def sender(wire: Wire) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.connect(wire.address)
        yield sock


async def test_datagrams_are_told_apart_by_their_first_byte(
    wire: Wire, sender: socket.socket
) -> None:
    """RFC 7983 and, for RTCP, RFC 5761."""
    leg = Listening()
    wire.verify(sender.getsockname(), leg)
    for datagram in (SOUND, REPORT, HELLO, b"\x00\x11" + bytes(18), b"\x45" + bytes(20), b""):
        sender.send(datagram)
    await until(lambda: wire.counters["not_media"] == 2)
    assert [kind for kind, _ in leg.got] == ["srtp", "srtcp", "dtls", "stun"]


async def test_path_checks_find_their_leg_by_name_then_by_question_then_by_address(
    wire: Wire, sender: socket.socket
) -> None:
    named, asked, known = Listening(), Listening(), Listening()
    wire.attach("ours", named)
    wire.expect(b"question-one", asked)
    wire.verify(sender.getsockname(), known)
    name = b"\x00\x06\x00\x0aours:their\x00\x00"
    sender.send(b"\x00\x01\x00\x10\x21\x12\xa4\x42" + bytes(12) + name)
    sender.send(b"\x01\x01\x00\x00\x21\x12\xa4\x42question-one")
    sender.send(b"\x01\x01\x00\x00\x21\x12\xa4\x42question-two")
    sender.send(b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12))
    await until(lambda: wire.counters["stun_for_nobody"] == 1)
    assert (len(named.got), len(asked.got), len(known.got)) == (1, 1, 1)


async def test_a_stranger_reaches_no_leg_m_01(wire: Wire, sender: socket.socket) -> None:
    leg = Listening()
    wire.attach("ours", leg)
    for datagram in (SOUND, REPORT, HELLO):
        sender.send(datagram)
    await until(lambda: wire.counters["dtls_from_unverified"] == 1)
    assert wire.counters["rtp_from_unverified"] == 2
    assert leg.got == []


async def test_a_detached_leg_is_reached_no_more(wire: Wire, sender: socket.socket) -> None:
    leg = Listening()
    wire.attach("ours", leg)
    wire.verify(sender.getsockname(), leg)
    wire.detach("ours")
    sender.send(SOUND)
    await until(lambda: wire.counters["rtp_from_unverified"] == 1)
    assert leg.got == []


async def test_one_failing_packet_costs_no_other_its_turn(
    wire: Wire, sender: socket.socket
) -> None:
    leg = Listening()
    wire.verify(sender.getsockname(), leg)
    leg.failing = True
    sender.send(SOUND)
    await until(lambda: wire.counters["packet_failed"] == 1)
    leg.failing = False
    sender.send(SOUND)
    await until(lambda: leg.got)


async def test_what_is_sent_while_a_datagram_is_handled_leaves_in_order(
    wire: Wire, sender: socket.socket
) -> None:
    class Echo(Listening):
        def srtp(self, data: bytes, address: Address, now: float) -> None:
            wire.sendto(b"first", address)
            wire.sendto(b"second", address)

    wire.verify(sender.getsockname(), Echo())
    sender.send(SOUND)
    sender.settimeout(0)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(20):
        got = [await loop.sock_recv(sender, 100) for _ in range(2)]
    wire.sendto(b"third", sender.getsockname())
    async with asyncio.timeout(20):
        got.append(await loop.sock_recv(sender, 100))
    assert got == [b"first", b"second", b"third"]


async def test_a_network_that_refuses_to_send_is_counted(wire: Wire) -> None:
    wire.sendto(bytes(70000), wire.address)
    assert wire.counters["send_failed"] == 1


class Broken:
    """A socket whose next reading fails as no reading should."""

    def __init__(self, real: Datagrams) -> None:
        self._real = real
        self._is_failing = True

    def read(self, most: int) -> list[tuple[bytes, Address]]:
        if self._is_failing:
            self._is_failing = False
            raise OSError("no memory")
        return self._real.read(most)

    def send(self, data: bytes, address: Address) -> None:
        self._real.send(data, address)


async def test_a_reading_that_fails_is_counted_and_the_next_one_hears_all(
    wire: Wire, sender: socket.socket
) -> None:
    leg = Listening()
    wire.verify(sender.getsockname(), leg)
    assert wire._datagrams is not None
    wire._datagrams = Broken(wire._datagrams)

    sender.send(SOUND)

    await until(lambda: leg.got == [("srtp", SOUND)])
    assert wire.counters["receive_failed"] == 1


async def test_failing_encryption_is_counted_and_the_other_legs_go_on(
    engine: Engine, peer: Callable[..., TonePeer]
) -> None:
    a, b, c = peer(440), peer(660), peer(880)
    legs = (
        LegDesired("a.1", ("c.1",)),
        LegDesired("b.1", ("a.1",)),
        LegDesired("c.1", ("a.1",)),
    )
    engine.sync(CallDesired("call", 1, 1, legs=legs))
    for name, one in (("a.1", a), ("b.1", b), ("c.1", c)):
        await one.join(engine, "call", name)
    await b.hears(440)
    broken = engine._calls["call"].legs["b.1"]
    long = bytes(1600)
    broken.transport.send_rtp(long)
    broken.transport.send_rtcp(long)
    assert engine.stats()["protect_failed"] == 2
    b.forget()
    c.forget()
    await b.hears(440)
    await c.hears(440)


async def test_a_taken_port_is_said_in_one_sentence(engine: Engine, tmp_path: Path) -> None:
    other = Engine(
        EngineSettings(tmp_path, tmp_path, port=engine.wire.address[1]), lambda event: None
    )
    with pytest.raises(MediaError, match="cannot be opened") as refused:
        await other.start()
    assert refused.value.code == "port_taken"
    await other.aclose()


async def test_closing_twice_is_no_mistake(tmp_path: Path) -> None:
    engine = Engine(EngineSettings(tmp_path, tmp_path), lambda event: None)
    await engine.start()
    await engine.aclose()
    await engine.aclose()
    await asyncio.sleep(0)
