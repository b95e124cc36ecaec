"""The server's clock as a page knows it: by the `now` of its messages."""

import time
from datetime import UTC, datetime, timedelta


class ServerClock:
    """A robot may run on another machine, whose clock is another."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def heard(self, now: str | None) -> None:
        """Take the `now` of a message that has just arrived, if it has one."""
        if now is not None:
            self._ahead = datetime.fromisoformat(now) - self._own()

    def now(self) -> str:
        return (self._own() + self._ahead).isoformat()

    @staticmethod
    def _own() -> datetime:
        return datetime.fromtimestamp(time.time(), tz=UTC)
