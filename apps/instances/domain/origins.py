"""Which text names an origin whose pages may show the panel (S-08)."""

import ipaddress
import re
import unicodedata
from enum import StrEnum

import idna

MOST = 50
_LONGEST = 280
_SHAPE = re.compile(r"(https?)://([^\s/?#@:\\\[\]]+)(?::([0-9]{1,5}))?/?", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Where somebody tries the embedding out on the own machine there is no certificate.
_LOCAL = frozenset({"localhost", "127.0.0.1"})


class Fault(StrEnum):
    """What is wrong with a text that should be an origin."""

    SHAPE = "SHAPE"
    HOST = "HOST"
    PORT = "PORT"
    NOT_ENCRYPTED = "NOT_ENCRYPTED"


class NotAnOrigin(ValueError):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def canonical_origin(raw: str) -> str:
    """The origin as browsers write it: lower case, ASCII, without the usual port, path or blanks.

    No signs remain that mean something in a Content-Security-Policy. Raises `NotAnOrigin`.
    """
    found = _SHAPE.fullmatch(unicodedata.normalize("NFKC", raw).strip()[: _LONGEST + 1])
    if found is None:
        raise NotAnOrigin(Fault.SHAPE)
    scheme, host = found[1].lower(), _ascii_host(found[2])
    if scheme == "http" and host not in _LOCAL:
        raise NotAnOrigin(Fault.NOT_ENCRYPTED)
    return f"{scheme}://{host}{_port(scheme, found[3])}"


def _ascii_host(host: str) -> str:
    try:
        name = idna.encode(host, uts46=True).decode("ascii").rstrip(".")
        if name.rpartition(".")[2].isdigit():
            ipaddress.IPv4Address(name)
    except (idna.IDNAError, ValueError):
        raise NotAnOrigin(Fault.HOST) from None
    return name


def _port(scheme: str, digits: str | None) -> str:
    if digits is None or int(digits) == _DEFAULT_PORTS[scheme]:
        return ""
    if not 0 < int(digits) <= 65_535:
        raise NotAnOrigin(Fault.PORT)
    return f":{int(digits)}"
