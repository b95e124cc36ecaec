"""The one UDP socket of a media process.

While there is traffic the socket is emptied once per 2 ms and not once per packet: a third of the
CPU, for a delay nobody hears. What is waiting is read first, then handled, then what came of it is
sent: three short loops cost a sixth less than going all the way with each packet.

Datagrams are told apart by their first byte (RFC 7983). STUN finds its leg by the local user name
fragment or by the request it answers; everything else only by an address whose ICE check
succeeded, so that a stray datagram cannot reach a leg's DTLS (M-01).
"""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from apps.media.datagrams import Address, Datagrams, datagrams
from apps.media.stun import request_fragment, transaction_id

DRAIN_SECONDS = 0.002
OTHERS_SECONDS = 0.0005  # what a drain leaves to others in the loop, however late it is
BATCH = 512
BUFFER_BYTES = 4 << 20
LOGGED_FAILURES = 10

log = logging.getLogger(__name__)


class Endpoint(Protocol):
    """One leg's end of the wire. `now` is the time of the drain."""

    def stun(self, data: bytes, address: Address) -> None: ...

    def dtls(self, data: bytes) -> None: ...

    def srtp(self, data: bytes, address: Address, now: float) -> None: ...

    def srtcp(self, data: bytes, address: Address, now: float) -> None: ...


class Wire:
    """Socket, drain and demultiplexing for all legs. Never raises out of the packet loop."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.counters: Counter[str] = Counter()
        self.late = 0.0  # the worst delay of a drain, seconds
        self._late_lately = 0.0
        self._clock = clock
        self._socket: socket.socket | None = None
        self._datagrams: Datagrams | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._outbox: list[tuple[bytes, Address]] | None = None  # only during a drain
        self._fragments: dict[str, Endpoint] = {}
        self._requests: dict[bytes, Endpoint] = {}
        self._addresses: dict[Address, Endpoint] = {}

    @property
    def address(self) -> Address:
        """Where the socket is bound; raises RuntimeError before `open`."""
        if self._socket is None:
            raise RuntimeError("the media socket is not open")
        host, port = self._socket.getsockname()[:2]
        return host, port

    def open(self, host: str, port: int) -> None:
        """Bind; raises OSError when the address is not ours or taken."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            sock.settimeout(0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
            sock.bind((host, port))
        except OSError:
            sock.close()
            raise
        self._socket, self._datagrams = sock, datagrams(sock)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), self._wake)

    def close(self) -> None:
        """Stop reading and free the port; may be called twice."""
        if self._socket is None or self._loop is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._socket = self._datagrams = None

    # Who is reached how

    def take_late(self) -> float:
        """Return the worst delay of a drain since this was last asked, in seconds."""
        lately, self._late_lately = self._late_lately, 0.0
        return lately

    def attach(self, fragment: str, endpoint: Endpoint) -> None:
        """Route path checks that name this local user name fragment."""
        self._fragments[fragment] = endpoint

    def detach(self, fragment: str) -> None:
        """Forget an endpoint and its addresses; its own requests it forgets itself."""
        endpoint = self._fragments.pop(fragment, None)
        for address in [a for a, owner in self._addresses.items() if owner is endpoint]:
            del self._addresses[address]

    def expect(self, transaction: bytes, endpoint: Endpoint) -> None:
        """Route the answer to a path check of ours."""
        self._requests[transaction] = endpoint

    def forget(self, transaction: bytes) -> None:
        self._requests.pop(transaction, None)

    def verify(self, address: Address, endpoint: Endpoint) -> None:
        """Let an address whose ICE check had the right password feed a leg (M-01)."""
        self._addresses[address] = endpoint

    def sendto(self, data: bytes, address: Address) -> None:
        """Send one datagram, during a drain at its end; a refusing network drops it, counted."""
        if self._outbox is not None:
            self._outbox.append((data, address))
        else:
            self._send([(data, address)])

    def _send(self, outbox: list[tuple[bytes, Address]]) -> None:
        if self._datagrams is None:
            return
        send = self._datagrams.send
        for data, address in outbox:
            try:
                send(data, address)
            except OSError:
                self.counters["send_failed"] += 1

    # The drain

    def _wake(self) -> None:
        assert self._socket is not None
        assert self._loop is not None
        self._loop.remove_reader(self._socket.fileno())
        begun = self._loop.time()
        self._drain()
        self._later(begun)

    def _later(self, begun: float) -> None:
        assert self._loop is not None
        due = max(begun + DRAIN_SECONDS, self._loop.time() + OTHERS_SECONDS)
        self._timer = self._loop.call_at(due, self._poll, due)

    def _poll(self, due: float) -> None:
        if self._socket is None or self._loop is None:
            return
        begun = self._loop.time()
        if begun - due > self._late_lately:
            self._late_lately = begun - due
            self.late = max(self.late, self._late_lately)
        if self._drain():
            self._later(begun)
        elif self._socket is not None:
            self._loop.add_reader(self._socket.fileno(), self._wake)

    def _drain(self) -> int:
        """Read, handle, send; return how many datagrams were waiting."""
        batch = self._read()
        outbox: list[tuple[bytes, Address]] = []
        self._outbox = outbox
        self._handle(batch, self._clock())
        self._outbox = None
        self._send(outbox)
        return len(batch)

    def _read(self) -> list[tuple[bytes, Address]]:
        assert self._datagrams is not None
        try:
            return self._datagrams.read(BATCH)
        except OSError as error:
            # The next drain tries again: a socket that fails once must not silence every call.
            self._failed("receive_failed", "the media socket could not be read", error)
            return []

    def _failed(self, counter: str, sentence: str, error: Exception) -> None:
        self.counters[counter] += 1
        if self.counters[counter] <= LOGGED_FAILURES:
            log.error(sentence, exc_info=error)

    def _handle(self, batch: list[tuple[bytes, Address]], now: float) -> None:
        dispatch = self._dispatch
        for data, address in batch:
            try:
                dispatch(data, address, now)
            except Exception as error:  # one packet must never cost another its turn
                self._failed("packet_failed", "a datagram could not be handled", error)

    def _dispatch(self, data: bytes, address: Address, now: float) -> None:
        first = data[0] if data else 255
        if 127 < first < 192 and len(data) >= 12:
            endpoint = self._addresses.get(address)
            if endpoint is None:
                self.counters["rtp_from_unverified"] += 1
            elif 191 < data[1] < 224:
                endpoint.srtcp(data, address, now)
            else:
                endpoint.srtp(data, address, now)
        elif first < 4:
            self._stun(data, address)
        elif 19 < first < 64:
            endpoint = self._addresses.get(address)
            if endpoint is None:
                self.counters["dtls_from_unverified"] += 1
            else:
                endpoint.dtls(data)
        else:
            self.counters["not_media"] += 1

    def _stun(self, data: bytes, address: Address) -> None:
        fragment = request_fragment(data)
        if fragment is not None:
            endpoint = self._fragments.get(fragment)
        else:
            endpoint = self._requests.get(transaction_id(data)) or self._addresses.get(address)
        if endpoint is None:
            self.counters["stun_for_nobody"] += 1
        else:
            endpoint.stun(data, address)
