"""Browser legs: SDP answer, ICE and DTLS by aiortc, on the shared socket. The only file that
knows aiortc.

aiortc's peer connection is not used: it brings a decoder thread, a sender task and a socket per
leg. What is used are its SDP parser, the ICE agent below it and its DTLS transport, some of it by
private names; `self_test` says so in one sentence when an upgrade has changed them.
"""

import asyncio
import inspect
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import aioice
import aiortc
import pylibsrtp
from aioice.ice import CandidatePair, StunProtocol
from aioice.stun import Message
from aiortc import sdp
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsParameters,
    RTCDtlsTransport,
    State,
)
from aiortc.rtcicetransport import (
    RTCIceCandidate,
    RTCIceParameters,
    RTCIceTransport,
    candidate_to_aioice,
)
from OpenSSL import SSL

from apps.media import srtp
from apps.media.answer import HOST_PRIORITY, Answer, LocalPath, OfferedLine
from apps.media.codec import AUDIO, EVENTS, Codec, codec_named
from apps.media.datagrams import Address
from apps.media.errors import MediaError
from apps.media.leg import Leg
from apps.media.srtp import SrtpSession
from apps.media.wire import Wire

AIORTC, AIOICE = "1.16.", "0.13."
LARGEST_OFFER = 64 * 1024
MOST_LINES = 8
# An authentic peer changes address now and then; it does not need a hundred of them.
MOST_ADDRESSES = 32
HANDSHAKE_SECONDS = 1.0
STATIC_TYPES = {0: Codec.PCMU, 8: Codec.PCMA}
log = logging.getLogger(__name__)

Certificate = RTCCertificate


def new_certificate() -> Certificate:
    """Return a fresh key and certificate; one per process start (M-03)."""
    return RTCCertificate.generateCertificate()


# The offer


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer read: its lines, and how the peer is reached, from the first usable audio line
    (all others are bundled on it).
    """

    lines: tuple[OfferedLine, ...]
    ice: RTCIceParameters
    dtls: RTCDtlsParameters
    candidates: tuple[RTCIceCandidate, ...]


def read_offer(text: str) -> Offer:
    """Parse an offer; raises MediaError with `bad_offer`, `no_audio` or `insecure_offer`."""
    if len(text) > LARGEST_OFFER:
        raise MediaError("bad_offer", "The audio offer is too large.")
    try:
        description = sdp.SessionDescription.parse(text)
        accepted = _accepted(description)
    except (AssertionError, ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        raise MediaError("bad_offer", "The audio offer cannot be read.") from problem
    except StopIteration as problem:
        raise MediaError("bad_offer", "The audio offer names a codec it lacks.") from problem
    if not accepted:
        raise MediaError("no_audio", "The offer has no audio line with a codec we speak.")
    first = description.media[accepted[0]]
    if first.dtls is None or not first.dtls.fingerprints or not _has_password(first.ice):
        raise MediaError("insecure_offer", "The offer lacks a DTLS fingerprint or ICE password.")
    lines = enumerate(description.media)
    return Offer(
        lines=tuple(_offered(media, accepted=index in accepted) for index, media in lines),
        ice=cast(RTCIceParameters, first.ice),
        dtls=first.dtls,
        candidates=tuple(c for c in first.ice_candidates if _usable(c)),
    )


def _offered(media: sdp.MediaDescription, *, accepted: bool) -> OfferedLine:
    return OfferedLine(
        kind=media.kind,
        profile=media.profile,
        formats=tuple(map(str, media.fmt)),
        mid=media.rtp.muxId,
        direction=media.direction or "sendrecv",
        accepted=accepted,
        codecs=_codecs(media) if accepted else {},
    )


def _has_password(ice: RTCIceParameters | None) -> bool:
    return ice is not None and bool(ice.usernameFragment and ice.password)


def _accepted(description: sdp.SessionDescription) -> tuple[int, ...]:
    """Return the places of the audio lines we answer: one alone, or those of one bundle."""
    bundles = [g.items for g in description.group if g.semantic == "BUNDLE"]
    bundle = set(bundles[0]) if bundles else set()
    usable = [
        index
        for index, media in enumerate(description.media)
        if media.kind == "audio" and media.rtcp_mux and any(c in _codecs(media) for c in AUDIO)
    ]
    bundled = [i for i in usable if description.media[i].rtp.muxId in bundle]
    return tuple((bundled or usable[:1])[:MOST_LINES])


def _usable(candidate: RTCIceCandidate) -> bool:
    """Leave out names that would have to be asked for on the local network; the browser's own
    checks reach us anyway.
    """
    is_name = candidate.ip.endswith(".local")
    return candidate.protocol.lower() == "udp" and candidate.component == 1 and not is_name


def _codecs(media: sdp.MediaDescription) -> dict[Codec, int]:
    """Return the codecs of a line that we speak, in our order, with the offered payload types."""
    offered = {c.payloadType: codec_named(c.name, c.clockRate) for c in media.rtp.codecs}
    for number, static in STATIC_TYPES.items():
        if number in media.fmt:
            offered.setdefault(number, static)
    types: dict[Codec, int] = {}
    for number in media.fmt:
        codec = offered.get(number)
        if codec is not None:
            types.setdefault(codec, number)
    return {codec: types[codec] for codec in (*AUDIO, *EVENTS) if codec in types}


# The path


class _Port(asyncio.DatagramTransport):
    """The shared socket as the ICE agent sees it."""

    def __init__(self, wire: Wire, agent: "_Agent") -> None:
        super().__init__()
        self._wire = wire
        self._agent = agent

    def sendto(self, data: Any, addr: Any = None) -> None:
        self._wire.sendto(data, addr)

    def close(self) -> None:
        self._agent.checks.connection_lost(None)


class _Checks(StunProtocol):
    """Path checks of one leg; answers to our own find back through the wire."""

    receiver: "_Agent"

    async def request(
        self,
        request: Message,
        addr: Address,
        integrity_key: bytes | None = None,
        retransmissions: int | None = None,
    ) -> tuple[Message, Address]:
        wire, transport = self.receiver.wire, self.receiver.owner
        wire.expect(request.transaction_id, transport)
        try:
            answer = await super().request(request, addr, integrity_key, retransmissions)
        finally:
            wire.forget(request.transaction_id)
        transport.checked()
        return answer


class _Agent(aioice.Connection):
    """ICE on the shared socket. Notes every address that passed an authenticated check."""

    def __init__(self, wire: Wire, owner: "WebRtcTransport", remote: RTCIceParameters) -> None:
        super().__init__(ice_controlling=remote.iceLite)
        self.wire = wire
        self.owner = owner
        self.remote_is_lite = remote.iceLite
        self.remote_username = remote.usernameFragment
        self.remote_password = remote.password
        self._verified: set[Address] = set()
        self.checks = _Checks(self)
        self.checks.connection_made(_Port(wire, self))
        host, port = wire.address
        self.checks.local_candidate = aioice.Candidate(
            "1", 1, "udp", HOST_PRIORITY, host, port, "host"
        )
        self._protocols.append(self.checks)
        self._local_candidates.append(self.checks.local_candidate)
        self._local_candidates_end = True

    def check_incoming(self, message: Message, addr: Address, protocol: StunProtocol) -> None:
        """An authenticated check: its address may feed this leg from now on."""
        if addr not in self._verified and len(self._verified) >= MOST_ADDRESSES:
            self.wire.counters["too_many_addresses"] += 1
            return
        self._verify(addr)
        super().check_incoming(message, addr, protocol)
        self.owner.checked()

    def check_complete(self, pair: CandidatePair) -> None:
        super().check_complete(pair)
        if pair.state is CandidatePair.State.SUCCEEDED:
            self._verify(pair.remote_addr)
        if self._nominated.get(1) is pair:
            self.owner.remote = pair.remote_addr

    def data_received(self, data: bytes, component: int) -> None:
        """A path check that does not parse is nothing for DTLS."""
        self.wire.counters["stun_malformed"] += 1

    def feed(self, data: bytes) -> None:
        """Hand a datagram to DTLS."""
        self._queue.put_nowait((data, 1))

    def select(self, address: Address) -> bool:
        """Send to another address, if a check of ours has been answered from there."""
        for pair in self._check_list:
            if pair.remote_addr == address and pair.state is CandidatePair.State.SUCCEEDED:
                self._nominated[1] = pair
                return True
        return False

    @property
    def expired(self) -> bool:
        """Whether the peer stopped consenting (RFC 7675)."""
        return self._closed

    def _verify(self, address: Address) -> None:
        if address not in self._verified:
            self._verified.add(address)
            self.wire.verify(address, self.owner)


class _IceForDtls:
    """What the DTLS transport asks of ICE."""

    role = "controlled"

    def __init__(self, agent: _Agent) -> None:
        self._recv = agent.recv
        self._send = agent.send


class _Dtls(RTCDtlsTransport):
    """DTLS that remembers why it failed and can always say goodbye."""

    mismatch = False

    def _validate_peer_identity(self, remoteParameters: RTCDtlsParameters) -> None:  # noqa: N803
        super()._validate_peer_identity(remoteParameters)
        self.mismatch = self._state is State.FAILED

    async def goodbye(self) -> None:
        """Send close_notify, also after a failure, so that the peer notices at once."""
        failed = self._state is State.FAILED
        await self.stop()
        if failed and self._ssl is not None:
            try:
                self._ssl.shutdown()
                await self._write_ssl()
            except (SSL.Error, ConnectionError):
                log.debug("the peer could not be told")

    def sessions(self) -> tuple[SrtpSession, SrtpSession, str]:
        """Return the SRTP sessions (in, out) and the negotiated profile's name."""
        profile = self._ssl.get_selected_srtp_profile() if self._ssl else b""
        return SrtpSession(self._rx_srtp), SrtpSession(self._tx_srtp), profile.decode()


class WebRtcTransport:
    """The path of one browser leg, from its offer to its goodbye.

    Raises MediaError from the constructor when the offer cannot be answered.
    """

    def __init__(
        self,
        offer: str,
        *,
        wire: Wire,
        certificate: Certificate,
        advertised: Sequence[str],
        clock: Callable[[], float],
    ) -> None:
        self._offer = read_offer(offer)
        self._wire = wire
        self._clock = clock
        self._agent = _Agent(wire, self, self._offer.ice)
        role = "server" if self._offer.dtls.role == "client" else "client"
        answer = Answer(self._offer.lines, self._local_path(certificate, role, advertised))
        self.negotiated = answer.negotiated
        self.answer = answer.text
        self.profile = ""  # the SRTP protection in use, once the path is up
        self.remote: Address | None = None
        ice = cast(RTCIceTransport, _IceForDtls(self._agent))
        self._dtls = _Dtls(ice, [certificate])
        self._dtls._set_role(role)
        self._rx: SrtpSession | None = None
        self._tx: SrtpSession | None = None
        self._leg: Leg | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        wire.attach(self._agent.local_username, self)

    def _local_path(
        self, certificate: Certificate, role: str, advertised: Sequence[str]
    ) -> LocalPath:
        port = self._wire.address[1]
        return LocalPath(
            fragment=self._agent.local_username,
            password=self._agent.local_password,
            fingerprints=tuple((f.algorithm, f.value) for f in certificate.getFingerprints()),
            setup="passive" if role == "server" else "active",
            addresses=tuple((host, port) for host in advertised),
        )

    def start(self, leg: Leg) -> None:
        """Begin path checks and the handshake; the leg is told how it ends."""
        self._leg = leg
        self._task = asyncio.create_task(self._run(leg))

    async def close(self) -> None:
        """Say goodbye, stop all timers, forget all addresses. May be called twice."""
        if self._closing:
            return
        self._closing = True
        if self._task is not None:
            if self._dtls.state == "connecting":
                # Only a finished handshake can be said goodbye to.
                await asyncio.wait({self._task}, timeout=HANDSHAKE_SECONDS)
            self._task.cancel()
        await self._dtls.goodbye()
        self._dtls.remove_all_listeners()
        self._wire.detach(self._agent.local_username)
        await self._agent.close()
        self._rx = self._tx = self._leg = None

    # To the peer

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send; before the path is up packets are dropped."""
        if self._tx is None or self.remote is None:
            return
        try:
            data = self._tx.protect(packet)
        except (pylibsrtp.Error, ValueError):
            self._wire.counters["protect_failed"] += 1
            return
        self._wire.sendto(data, self.remote)

    def send_rtcp(self, packet: bytes) -> None:
        if self._tx is None or self.remote is None:
            return
        try:
            data = self._tx.protect_rtcp(packet)
        except (pylibsrtp.Error, ValueError):
            self._wire.counters["protect_failed"] += 1
            return
        self._wire.sendto(data, self.remote)

    # From the wire

    def stun(self, data: bytes, address: Address) -> None:
        self._agent.checks.datagram_received(data, address)

    def dtls(self, data: bytes) -> None:
        self._agent.feed(data)

    def srtp(self, data: bytes, address: Address, now: float) -> None:
        if self._rx is None or self._leg is None:
            return
        try:
            packet = self._rx.unprotect(data)
        except (pylibsrtp.Error, ValueError):
            self._wire.counters["srtp_refused"] += 1
            return
        if address != self.remote:
            self._follow(address)
        self._leg.rtp(packet, now)

    def srtcp(self, data: bytes, address: Address, now: float) -> None:
        if self._rx is None or self._leg is None:
            return
        try:
            packet = self._rx.unprotect_rtcp(data)
        except (pylibsrtp.Error, ValueError):
            self._wire.counters["srtp_refused"] += 1
            return
        if address != self.remote:
            self._follow(address)
        self._leg.rtcp(packet, now)

    def checked(self) -> None:
        """The agent saw an authentic path check."""
        if self._leg is not None:
            self._leg.alive(self._clock())

    def _follow(self, address: Address) -> None:
        """Authentic sound comes from another checked address: the peer's network changed."""
        if self._agent.select(address):
            self.remote = address
            self._wire.counters["address_changed"] += 1

    # Coming up and going down

    async def _run(self, leg: Leg) -> None:
        try:
            for candidate in self._offer.candidates:
                await self._agent.add_remote_candidate(candidate_to_aioice(candidate))
            await self._agent.connect()
        except ConnectionError:
            self._lost("ice_failed")
            return
        try:
            await self._dtls.start(self._offer.dtls)
        except (SSL.Error, ConnectionError, ValueError):
            log.exception("a DTLS handshake broke off")
        if self._closing:
            return
        if self._dtls.state != "connected":
            self._lost("dtls_fingerprint_mismatch" if self._dtls.mismatch else "dtls_failed")
            return
        self._rx, self._tx, self.profile = self._dtls.sessions()
        self._dtls.on("statechange", self._dtls_changed)
        leg.up()

    def _dtls_changed(self) -> None:
        if self._dtls.state == "closed":
            self._lost("silent" if self._agent.expired else "closed")

    def _lost(self, cause: str) -> None:
        if self._leg is not None and not self._closing:
            self._leg.lost(cause)


# What we rely on


def self_test() -> None:
    """Check every private name of aiortc and aioice used above.

    Raises MediaError `library_changed` naming the first one that is gone.
    """
    _require(aiortc.__version__.startswith(AIORTC), f"aiortc {aiortc.__version__}")
    _require(aioice.__version__.startswith(AIOICE), f"aioice {aioice.__version__}")
    _require(srtp.is_as_expected(), f"pylibsrtp {pylibsrtp.__version__}")
    agent, parts = aioice.Connection(ice_controlling=False), inspect.signature
    for name in ("_protocols", "_local_candidates", "_local_candidates_end", "_check_list"):
        _require(hasattr(agent, name), f"aioice Connection.{name}")
    for name in ("_nominated", "_queue", "_closed"):
        _require(hasattr(agent, name), f"aioice Connection.{name}")
    incoming = list(parts(agent.check_incoming).parameters)
    _require(incoming == ["message", "addr", "protocol"], "aioice Connection.check_incoming")
    _require(list(parts(agent.check_complete).parameters) == ["pair"], "aioice check_complete")
    asked = list(parts(StunProtocol.request).parameters)[1:5]
    wanted = ["request", "addr", "integrity_key", "retransmissions"]
    _require(asked == wanted, "aioice StunProtocol.request")
    transport = RTCDtlsTransport(cast(RTCIceTransport, None), [new_certificate()])
    for name in ("_rx_srtp", "_tx_srtp", "_ssl", "_state"):
        _require(hasattr(transport, name), f"aiortc RTCDtlsTransport.{name}")
    for name in ("_set_role", "_validate_peer_identity", "_write_ssl"):
        _require(callable(getattr(transport, name, None)), f"aiortc RTCDtlsTransport.{name}")


def _require(there: bool, what: str) -> None:  # noqa: FBT001 (an assertion with a sentence)
    if not there:
        raise MediaError(
            "library_changed",
            f"The media engine needs aiortc {AIORTC}x with aioice {AIOICE}x, but met {what}; "
            "install the versions of requirements/base.txt.",
        )
