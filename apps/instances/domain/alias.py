"""Which words may be the first segment of an instance's address."""

import re

RESERVED = frozenset(
    {
        "account", "accounts", "admin", "api", "assets", "connect", "docs", "favicon", "health",
        "help", "login", "logout", "media", "metrics", "robots", "schema", "static", "status", "ws",
        "www",
    }
)  # fmt: skip

_SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,43}[a-z0-9])?")


def is_well_formed(alias: str) -> bool:
    """1 to 45 lower-case letters, digits and inner hyphens."""
    return _SHAPE.fullmatch(alias) is not None


def is_reserved(alias: str) -> bool:
    """The installation itself answers below this segment."""
    return alias in RESERVED
