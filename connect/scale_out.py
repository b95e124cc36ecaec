"""The servers of the many-process shape, read from two addresses: both are given, or neither."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from connect.env import PREFIX, InvalidSettingError, env_str

DATABASE, REDIS = "DATABASE_URL", "REDIS_URL"
DATABASE_FORM = "postgres://user:password@host:port/name"
REDIS_FORM = "redis://:password@host:port/number"
# What an address may say about encryption, as libpq names it.
ENCRYPTION = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey"})

# A server that is gone is noticed within seconds, not when TCP gives up after hours.
PATIENCE = {
    "connect_timeout": 3,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}
# No service needs a tenth of this; what hangs is given up instead of holding its locks.
SERVER_LIMITS = (
    "-c lock_timeout=10s -c statement_timeout=60s -c idle_in_transaction_session_timeout=8s"
)


class HalfScaleOutError(InvalidSettingError):
    """One of the two addresses is missing."""

    def __init__(self, *, given: str, missing: str) -> None:
        """Name both variables."""
        ValueError.__init__(
            self,
            f"{PREFIX}{given} is set and {PREFIX}{missing} is not: "
            "several processes need both, one process needs neither.",
        )
        self.variable = PREFIX + missing


def is_scale_out() -> bool:
    """Whether this is one process of several; raises `InvalidSettingError`."""
    database, redis = bool(env_str(DATABASE)), bool(env_str(REDIS))
    if database and not redis:
        raise HalfScaleOutError(given=DATABASE, missing=REDIS)
    if redis and not database:
        raise HalfScaleOutError(given=REDIS, missing=DATABASE)
    return database


def redis_url(url: str) -> str:
    """The address as redis clients take it; raises `InvalidSettingError`."""
    parts = _split(url, REDIS, form=REDIS_FORM, schemes=("redis", "rediss"))
    if not re.fullmatch(r"(/\d*)?", parts.path):
        raise InvalidSettingError(PREFIX + REDIS, _shown(url), REDIS_FORM)
    return url


def postgres(url: str) -> dict[str, Any]:
    """Django's settings of the database; raises `InvalidSettingError`."""
    parts = _split(url, DATABASE, form=DATABASE_FORM, schemes=("postgres", "postgresql"))
    name, options = unquote(parts.path[1:]), dict(parse_qsl(parts.query))
    if not name or options.keys() - ENCRYPTION:
        raise InvalidSettingError(PREFIX + DATABASE, _shown(url), DATABASE_FORM)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # The threads that use the database are persistent and few; a broken one is replaced.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**PATIENCE, "options": SERVER_LIMITS, **options},
    }


def _split(url: str, name: str, *, form: str, schemes: tuple[str, ...]) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme not in schemes or not parts.hostname or parts.port == 0:
            raise ValueError(url)
    except ValueError:
        raise InvalidSettingError(PREFIX + name, _shown(url), form) from None
    return parts


def _shown(url: str) -> str:
    """The address without its password: it is shown on screens and in logs."""
    return re.sub(r"(://[^/]*?:)[^/]*@", r"\1***@", url)
