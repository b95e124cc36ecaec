"""Lengths of time as people read and write them: 0:07, 4:07, 1:12:04."""

import re
from datetime import timedelta

_WRITTEN = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,4}):([0-5][0-9])")


class UnreadableLengthError(ValueError):
    """The text is no length of time."""


def length_text(length: timedelta) -> str:
    """Hours only where there are some; never negative."""
    seconds = max(int(length.total_seconds()), 0)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if hours:
        return f"{hours}:{minutes:02d}:{seconds % 60:02d}"
    return f"{minutes}:{seconds % 60:02d}"


def parse_length(text: str) -> timedelta:
    """The opposite of `length_text`. A bare number is refused: it might be minutes or seconds."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise UnreadableLengthError(text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
