"""The bus between processes: one Redis PUBLISH per message, one subscription per process."""

from django.conf import settings

from apps.core.bus.hub import Hub, Message
from apps.core.bus.publisher import Publisher
from apps.core.bus.subscriber import Subscriber


class RedisWire:
    """Delivers at most once; who must not miss anything looks at the database after `resync`."""

    def __init__(self, hub: Hub, *, url: str = "") -> None:
        self._hub = hub
        self._url = url or settings.REDIS_URL
        self._publisher = Publisher(self._url)
        self._subscriber: Subscriber | None = None

    def send(self, topic: str, message: Message) -> None:
        self._publisher.send(topic, message)

    def is_connected(self) -> bool:
        return self._subscriber is not None and self._subscriber.is_connected()

    def start(self) -> None:
        """Subscribe; harmless when done already."""
        if self._subscriber is None:
            worked = self._publisher.worked
            self._subscriber = Subscriber(self._url, self._hub, on_connected=worked)
            self._subscriber.start()

    def stop(self) -> None:
        subscriber, self._subscriber = self._subscriber, None
        if subscriber is not None:
            subscriber.stop()
