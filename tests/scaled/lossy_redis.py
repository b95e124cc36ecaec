"""A Redis in front of which messages get lost: what is published reaches a subscriber or does not.

Commands and their answers go through untouched, so lists and locks work as they do; only what a
subscriber would have been told is dropped, at random, as by connections that break all the time.
"""

import random
import socket
import threading
from contextlib import suppress

from tests.servers import LOOPBACK, RedisServer

PUSHED = (b">4\r\n$8\r\npmessage\r\n", b"*4\r\n$8\r\npmessage\r\n")
# RESP 3: what a line holds, what a line gives the length of, what holds so many answers each
LINES, STRINGS, HOLDERS = b"+-:_#,(", b"$=!", {b"*": 1, b"~": 1, b">": 1, b"%": 2}


class LossyRedis(RedisServer):
    """`url` is that of a relay; `lost` counts the messages it did not hand on."""

    def __init__(self, *, loses: float, seed: int) -> None:
        super().__init__()
        self._loses = loses
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self.lost = self.handed_on = 0
        self._door = socket.create_server((LOOPBACK, 0))
        threading.Thread(target=self._take_in, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self._door.getsockname()[1]}/0"

    def remove(self) -> None:
        self._door.close()
        super().remove()

    def _take_in(self) -> None:
        with suppress(OSError):  # the door is closed
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection((LOOPBACK, self.port))
                for work in (self._commands, self._answers_of):
                    threading.Thread(target=work, args=(client, server), daemon=True).start()

    @staticmethod
    def _commands(client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError), client, server:
            while data := client.recv(65536):
                server.sendall(data)

    def _answers_of(self, client: socket.socket, server: socket.socket) -> None:
        waiting = b""
        with suppress(OSError), client, server:
            while data := server.recv(65536):
                waiting += data
                while (end := end_of_answer(waiting)) is not None:
                    answer, waiting = waiting[:end], waiting[end:]
                    if not self._is_lost(answer):
                        client.sendall(answer)

    def _is_lost(self, answer: bytes) -> bool:
        if not answer.startswith(PUSHED):
            return False
        with self._lock:
            is_lost = self._chance.random() < self._loses
            self.lost += is_lost
            self.handed_on += not is_lost
            return is_lost


def end_of_answer(data: bytes, start: int = 0) -> int | None:
    """Where the answer that begins at `start` ends; None while it is not all there."""
    line_end = data.find(b"\r\n", start)
    if line_end < 0:
        return None
    kind, after = data[start : start + 1], line_end + 2
    if kind in LINES:
        return after
    size = int(data[start + 1 : line_end])
    if kind in STRINGS:
        end = after + size + 2 if size >= 0 else after
        return end if end <= len(data) else None
    return _end_of_all(data, after, size * HOLDERS[kind])


def _end_of_all(data: bytes, start: int, size: int) -> int | None:
    at: int | None = start
    for _ in range(size):
        at = end_of_answer(data, at) if at is not None else None
    return at
