"""The bus of a house in one process: a message goes straight to the callbacks."""

from apps.core.bus.hub import Hub, Message


class LocalWire:
    """In the publishing thread; never disconnected."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def send(self, topic: str, message: Message) -> None:
        self._hub.deliver(topic, message)

    def is_connected(self) -> bool:
        return True

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""
