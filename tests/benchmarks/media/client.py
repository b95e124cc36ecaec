"""One party: negotiates ICE and DTLS by aiortc, then hands its socket to the generator."""

import asyncio
import os
import random
import socket

import aioice.ice
from aioice import stun
from aiortc import (
    RTCCertificate,
    RTCDtlsTransport,
    RTCIceGatherer,
    RTCIceTransport,
    rtcdtlstransport,
)
from aiortc import sdp as session
from aiortc.rtcicetransport import candidate_to_aioice

from tests.benchmarks.media.generator import Generator

OPUS = 111


def own_address() -> str:
    """This machine's own address: the kernel carries it over loopback, and the peer's ICE library
    takes no 127.0.0.1.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("203.0.113.1", 9))  # of a datagram socket: sends nothing
        except OSError:
            return "127.0.0.1"
        return str(sock.getsockname()[0])


def only(address: str, *, srtp: str) -> None:
    """Let all parties of this process use one address and one SRTP profile."""
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [address]
    profiles = rtcdtlstransport.SRTP_PROFILES
    profiles[:] = [profile for profile in profiles if profile.openssl_profile.decode() == srtp]


class Party:
    """A client of a call. `connect` is done once its keyed socket is in the generator's hands."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._ssrc = random.getrandbits(31)
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._ice = RTCIceTransport(self._gatherer)
        self._dtls = RTCDtlsTransport(self._ice, [RTCCertificate.generateCertificate()])
        self.leg = -1
        self.profile = ""

    async def description(self, *, setup: str = "actpass", opus: int = OPUS, mid: str = "0") -> str:
        """Our offer, or our answer with the peer's payload type and mid."""
        await self._gatherer.gather()
        ice = self._gatherer.getLocalParameters()
        fingerprint = self._dtls.getLocalParameters().fingerprints[0]
        candidates = self._gatherer.getLocalCandidates()
        lines = [
            *("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"),
            *(f"a=group:BUNDLE {mid}", "a=msid-semantic: WMS *"),
            f"m=audio {candidates[0].port} UDP/TLS/RTP/SAVPF {opus}",
            *(f"c=IN IP4 {candidates[0].ip}", "a=sendrecv", f"a=mid:{mid}", "a=rtcp-mux"),
            *(f"a=ice-ufrag:{ice.usernameFragment}", f"a=ice-pwd:{ice.password}"),
            *(f"a=candidate:{candidate_to_aioice(c).to_sdp()}" for c in candidates),
            "a=end-of-candidates",
            *(f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}", f"a=setup:{setup}"),
            *(f"a=rtpmap:{opus} opus/48000/2", f"a=fmtp:{opus} minptime=10;useinbandfec=1"),
            *("a=ptime:20", f"a=ssrc:{self._ssrc} cname:load", "a=msid:load load"),
            *(f"a=ssrc:{self._ssrc} msid:load load", ""),
        ]
        return "\r\n".join(lines)

    async def connect(self, remote: str, *, offerer: bool = True) -> None:
        """Bring the path up; raises ConnectionError when it cannot be."""
        media = session.SessionDescription.parse(remote).media[0]
        opus = next(c.payloadType for c in media.rtp.codecs if c.name.lower() == "opus")
        for candidate in media.ice_candidates:
            if candidate.protocol.lower() == "udp" and ":" not in candidate.ip:
                await self._ice.addRemoteCandidate(candidate)
        await self._ice.addRemoteCandidate(None)
        self._ice._connection.ice_controlling = offerer
        await self._ice.start(media.ice)
        self._dtls._set_role("server" if media.dtls.role == "client" else "client")
        await self._dtls.start(media.dtls)
        if self._dtls.state != "connected":
            raise ConnectionError(f"DTLS is {self._dtls.state}")
        self._hand_over(opus)

    def _hand_over(self, opus: int) -> None:
        """Stop aiortc's own work on the socket and give it, with its keys, to the generator."""
        self._dtls._task.cancel()
        agent = self._ice._connection
        if agent._query_consent_task:
            agent._query_consent_task.cancel()
        pair = agent._nominated[1]
        fd = pair.protocol.transport.get_extra_info("socket").fileno()
        asyncio.get_running_loop()._remove_reader(fd)
        self._to, self._password = pair.remote_addr, agent.local_password
        self._socket = socket.socket(fileno=os.dup(fd))
        profile, keys = self._keys()
        self.leg = self._generator.add(
            self._socket.fileno(),
            self._to,
            profile=profile.libsrtp_profile,
            keys=keys,
            ssrc=self._ssrc,
            payload_type=opus,
            on_stun=self._answer,
        )

    def _keys(self) -> tuple[rtcdtlstransport.SRTPProtectionProfile, tuple[bytes, bytes]]:
        name = self._dtls._ssl.get_selected_srtp_profile()
        self.profile = name.decode()
        profile = next(p for p in rtcdtlstransport.SRTP_PROFILES if p.openssl_profile == name)
        length = 2 * (profile.key_length + profile.salt_length)
        material = self._dtls._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", length)
        ours = 1 if self._dtls._role == "server" else 0
        keys = [profile.get_key_and_salt(material, side) for side in (ours, 1 - ours)]
        return profile, (keys[0], keys[1])

    def _answer(self, data: bytes) -> None:
        """Answer the server's path check; everything else is not for us."""
        try:
            request = stun.parse_message(data)
        except ValueError:
            return
        if request.message_class is not stun.Class.REQUEST:
            return
        response = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
        )
        response.attributes["XOR-MAPPED-ADDRESS"] = self._to
        response.add_message_integrity(self._password.encode())
        self._socket.sendto(bytes(response), self._to)
