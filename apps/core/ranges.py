"""Byte ranges of what is sent (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` to `end`, both included; `is_open` when the caller named no end."""

    start: int
    end: int
    is_open: bool = False

    @property
    def length(self) -> int:
        return self.end - self.start + 1


class NotSatisfiable(ValueError):
    """The range lies beyond the end of the file: 416."""


def span_of(header: str | None, *, size: int) -> Span | None:
    """The one range asked for; None when the whole file is to be sent.

    A range that cannot be read, or several at once, may be ignored (14.2), and are.
    """
    match = _ONE.match((header or "").replace(" ", "").lower())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return _suffix(int(last), size=size)
    start, end = int(first), min(int(last or size), size - 1)
    if last and int(last) < start:
        return None
    if start >= size:
        raise NotSatisfiable
    return Span(start, end, is_open=not last)


def _suffix(length: int, *, size: int) -> Span:
    if not length or not size:
        raise NotSatisfiable
    return Span(max(0, size - length), size - 1)
