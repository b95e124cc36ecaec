"""The answer to a browser's offer: directions, codecs, SSRCs, and its SDP text (RFC 8829). Pure.

Every audio line is answered, no header extensions are asked for (headers stay 12 bytes), Opus is
asked to send error correction, and all our candidates are in it: nothing is trickled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import randbits

from apps.media.codec import Codec
from apps.media.leg import Line, Negotiated

HOST_PRIORITY = 2130706431  # RFC 8445 §5.1.2.1: a host candidate of one component
FORMAT = {
    Codec.OPUS: "minptime=10;useinbandfec=1",
    Codec.EVENT_48K: "0-15",
    Codec.EVENT_8K: "0-15",
}
RECEIVES = ("sendrecv", "recvonly")
SENDS = ("sendrecv", "sendonly")
DIRECTIONS = {
    (True, True): "sendrecv",
    (True, False): "sendonly",
    (False, True): "recvonly",
    (False, False): "inactive",
}


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """One m-line of an offer; `codecs` are those we speak, in our order of preference."""

    kind: str
    profile: str
    formats: tuple[str, ...]
    mid: str
    direction: str
    accepted: bool
    codecs: Mapping[Codec, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LocalPath:
    """How we can be reached: `setup` is `active` or `passive`, the best address comes first."""

    fragment: str
    password: str
    fingerprints: tuple[tuple[str, str], ...]
    setup: str
    addresses: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """What we do on one accepted line."""

    offered: OfferedLine
    direction: str
    ssrc: int


class Answer:
    """What is agreed, and `text`, which tells the browser."""

    def __init__(self, offered: Sequence[OfferedLine], path: LocalPath) -> None:
        lines = _agreed(offered)
        self.negotiated = Negotiated(
            lines=tuple(
                Line(line.ssrc, line.offered.codecs)
                for line in lines.values()
                if line.direction in SENDS
            ),
            incoming={
                number: codec
                for line in lines.values()
                if line.direction in RECEIVES
                for codec, number in line.offered.codecs.items()
            },
        )
        rows = [f"o=- {randbits(62)} 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
        mids = [line.offered.mid for line in lines.values()]
        if all(mids):
            rows.append(f"a=group:BUNDLE {' '.join(mids)}")
        rows.append("a=msid-semantic:WMS *")
        for index, line in enumerate(offered):
            agreed = lines.get(index)
            rows += _refused(line) if agreed is None else _accepted(index, agreed, path)
        self.text = "\r\n".join(["v=0", *rows, ""])


def _agreed(offered: Sequence[OfferedLine]) -> dict[int, AnsweredLine]:
    """Decide each line: we send wherever we may, and listen to the first line that speaks."""
    lines: dict[int, AnsweredLine] = {}
    listening = False
    for index, line in enumerate(offered):
        if line.accepted:
            listens = line.direction in SENDS and not listening
            listening = listening or listens
            direction = DIRECTIONS[line.direction in RECEIVES, listens]
            lines[index] = AnsweredLine(line, direction, randbits(32))
    return lines


def _accepted(index: int, line: AnsweredLine, path: LocalPath) -> list[str]:
    host, port = path.addresses[0]
    codecs = line.offered.codecs
    rows = [
        f"m=audio {port} {line.offered.profile} {' '.join(map(str, codecs.values()))}",
        f"c=IN IP{6 if ':' in host else 4} {host}",
        f"a={line.direction}",
        *([f"a=mid:{line.offered.mid}"] if line.offered.mid else []),
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=rtcp-mux",
    ]
    if line.direction in SENDS:
        rows += [f"a=msid:connect connect-{index}", f"a=ssrc:{line.ssrc} cname:connect"]
    for codec, number in codecs.items():
        channels = f"/{codec.channels}" if codec.channels > 1 else ""
        rows.append(f"a=rtpmap:{number} {codec.encoding}/{codec.clock_rate}{channels}")
        if codec in FORMAT:
            rows.append(f"a=fmtp:{number} {FORMAT[codec]}")
    return rows + _path(path)


def _path(path: LocalPath) -> list[str]:
    candidates = [
        f"a=candidate:{n + 1} 1 udp {HOST_PRIORITY - (n << 8)} {host} {port} typ host"
        for n, (host, port) in enumerate(path.addresses)
    ]
    return [
        *candidates,
        "a=end-of-candidates",
        f"a=ice-ufrag:{path.fragment}",
        f"a=ice-pwd:{path.password}",
        *(f"a=fingerprint:{algorithm} {value}" for algorithm, value in path.fingerprints),
        f"a=setup:{path.setup}",
    ]


def _refused(line: OfferedLine) -> list[str]:
    """Answer a line we do not take with port 0 (RFC 3264 §6)."""
    rows = [f"m={line.kind} 0 {line.profile} {' '.join(line.formats)}", "a=inactive"]
    return rows + ([f"a=mid:{line.mid}"] if line.mid else [])
