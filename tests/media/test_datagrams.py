"""Two ways to use one socket: by Python, and by the C library without letting others run."""

import socket
import sys
from collections.abc import Callable, Iterator

import pytest

from apps.media.datagrams import (
    REMEMBERED,
    Address,
    Datagrams,
    _HeldDatagrams,
    _PlainDatagrams,
    datagrams,
)

pytestmark = pytest.mark.media

WAYS = [_PlainDatagrams, *([_HeldDatagrams] if sys.platform == "linux" else [])]


@pytest.fixture(params=["127.0.0.1", "::1"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Ours, which never blocks, and a peer's."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with (
        socket.socket(family, socket.SOCK_DGRAM) as ours,
        socket.socket(family, socket.SOCK_DGRAM) as peer,
    ):
        for each in (ours, peer):
            try:
                each.bind((request.param, 0))
            except OSError:
                pytest.skip("this machine has no such address")
        ours.settimeout(0)
        peer.settimeout(60)
        yield ours, peer


def name(sock: socket.socket) -> Address:
    host, port = sock.getsockname()[:2]
    return host, port


@pytest.mark.parametrize("way", WAYS)
def test_what_is_waiting_is_read_with_where_it_came_from(
    ends: tuple[socket.socket, socket.socket], way: Callable[[socket.socket], Datagrams]
) -> None:
    ours, peer = ends
    wire = way(ours)
    sent = [b"", b"one", bytes(range(256)) * 5]

    assert wire.read(10) == []
    for data in sent:
        peer.sendto(data, ours.getsockname())

    assert wire.read(2) == [(data, name(peer)) for data in sent[:2]]
    assert wire.read(10) == [(sent[2], name(peer))]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_sent_arrives_from_our_address(
    ends: tuple[socket.socket, socket.socket], way: Callable[[socket.socket], Datagrams]
) -> None:
    ours, peer = ends
    wire = way(ours)

    for data in (b"one", b"two"):
        wire.send(data, name(peer))

    assert [peer.recvfrom(100)[0] for _ in range(2)] == [b"one", b"two"]
    wire.send(b"three", name(peer))
    assert peer.recvfrom(100)[1] == ours.getsockname()


@pytest.mark.parametrize("way", WAYS)
def test_what_the_network_refuses_is_an_error(
    ends: tuple[socket.socket, socket.socket], way: Callable[[socket.socket], Datagrams]
) -> None:
    ours, peer = ends

    with pytest.raises(OSError, match=r".") as refused:
        way(ours).send(bytes(70_000), name(peer))

    assert refused.value.errno


@pytest.mark.skipif(sys.platform != "linux", reason="the C library's way is Linux's")
def test_addresses_are_remembered_but_not_without_end() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        wire = datagrams(sock)
        assert isinstance(wire, _HeldDatagrams)
        for port in range(1, REMEMBERED + 100):
            wire._kernel_address(("127.0.0.1", port))

        assert len(wire._written_as) < REMEMBERED
