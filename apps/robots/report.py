"""What a robot tells: one line a fact, flushed at once, and the exit code."""

from enum import IntEnum
from typing import TextIO


class Outcome(IntEnum):
    """The exit code; 1 is left to Python for what nobody expected."""

    HEARD = 0
    NOT_CONNECTED = 2
    SILENT = 3


class Report:
    """Writes the lines of docs/robots.md to `out`."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def contact(self, contact: str) -> None:
        self._line(f"contact {contact}")

    def state(self, state: str, *, cause: str | None = None) -> None:
        self._line(f"state {state} {cause}" if cause else f"state {state}")

    def heard(self, hertz: float | None, *, longest_gap: float | None) -> None:
        """Frequency in Hz, and seconds for which nothing was audible in between."""
        if longest_gap is not None:
            self._line(f"longest gap {longest_gap:.2f} s")
        self._line("heard nothing" if hertz is None else f"heard {hertz:.1f} Hz")

    def _line(self, fact: str) -> None:
        print(fact, file=self._out, flush=True)
