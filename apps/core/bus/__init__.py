"""Announcements between the parts of one installation: synchronous, after commit, never awaited.

In one process a message goes straight to the subscribers' callbacks, in the publishing thread.
With several processes it is one Redis PUBLISH, and each process has one thread that subscribes.
A message is a hint; truth is the database (architecture, decisions 7 and 10).
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from apps.core.bus.hub import Callback, End, Message, hub
from apps.core.bus.mailbox import Mailbox

if TYPE_CHECKING:
    import redis
    import redis.asyncio

__all__ = [
    "Callback",
    "Mailbox",
    "Message",
    "async_redis_client",
    "is_connected",
    "on_reconnected",
    "publish",
    "publish_now",
    "redis_client",
    "start",
    "stop",
    "subscribe",
]


class Wire(Protocol):
    """How messages travel; chosen by `settings.BUS_WIRE`."""

    def send(self, topic: str, message: Message) -> None: ...
    def is_connected(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


def publish(topic: str, message: Message) -> None:
    """Deliver to all subscribers of the topic once the surrounding transaction has committed."""
    transaction.on_commit(lambda: publish_now(topic, message), robust=True)


def publish_now(topic: str, message: Message) -> None:
    """Deliver at once. On Redis it may block up to a second: never call it in the event loop."""
    _wire().send(topic, message)


def subscribe(topic: str, callback: Callback) -> End:
    """Register a callback; returns the function that ends the subscription.

    The callback runs in the thread that delivers and holds up all others: it must be quick.
    """
    return hub.subscribe(topic, callback)


def on_reconnected(callback: Callable[[], None]) -> End:
    """Call back, in the bus' thread, whenever messages may have been lost; returns the end."""
    return hub.on_reconnected(callback)


def is_connected() -> bool:
    """Whether this process hears the others now; always True in one process."""
    return _wire().is_connected()


def start() -> None:
    """Begin to hear other processes; returns when subscribed, or when a first attempt failed."""
    _wire().start()


def stop() -> None:
    """Hear nothing more."""
    _wire().stop()


def redis_client(*, patience: float = 1.0) -> "redis.Redis":
    """A client of the installation's Redis for threads; only where `IS_SCALE_OUT`.

    `patience` is in seconds and must be longer than a blocking command waits (BLPOP 5 → 6).
    No command is tried again; failures are `redis.exceptions.RedisError` or `OSError`.
    """
    made = import_module("apps.core.bus.clients").client(settings.REDIS_URL, patience=patience)
    return cast("redis.Redis", made)


def async_redis_client(*, patience: float = 1.0) -> "redis.asyncio.Redis":
    """The same for the event loop; end it with `await client.aclose()`."""
    clients = import_module("apps.core.bus.clients")
    return cast("redis.asyncio.Redis", clients.async_client(settings.REDIS_URL, patience=patience))


@cache
def _wire() -> Wire:
    return cast(Wire, import_string(settings.BUS_WIRE)(hub))
