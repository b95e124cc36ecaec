"""Redis clients as we use them: no hidden retries, and never silent for long.

The only file that makes them; loaded only where Redis is used (it is not installed elsewhere).
"""

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 0.5


def client(url: str, *, patience: float) -> redis.Redis:
    """A thread-safe client; an answer that takes longer than `patience` seconds is an error."""
    made: redis.Redis = redis.Redis.from_url(
        url,
        protocol=2,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=patience,
        retry=Retry(NoBackoff(), 0),
    )
    return made


def async_client(url: str, *, patience: float) -> redis.asyncio.Redis:
    """The same for the event loop; close it with `aclose()`."""
    made: redis.asyncio.Redis = redis.asyncio.Redis.from_url(
        url,
        protocol=2,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=patience,
        retry=AsyncRetry(NoBackoff(), 0),
    )
    return made


def channel(of: redis.Redis, topic: str) -> str:
    """Where a topic of this installation is spoken of.

    Redis keeps the keys of its databases apart, but not their channels: we put the number in. For
    database 0 it stays away, as before: processes of two versions hear each other in an upgrade.
    """
    database = of.connection_pool.connection_kwargs.get("db") or 0
    return f"connect:{database}:{topic}" if database else f"connect:{topic}"
