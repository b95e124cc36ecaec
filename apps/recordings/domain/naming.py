"""What the file of a recording is called (domain page, section 16)."""

from datetime import UTC, datetime


def file_name(*, alias: str, contact: str, started_at: datetime) -> str:
    """The name below the storage's root; colons are not for every file system."""
    at = started_at.astimezone(UTC)
    return f"{alias}/CallRecordings/{at:%Y/%m/%d}/{contact}_{at:%Y%m%dT%H_%M}_UTC.webm"


def peaks_name(file_name: str) -> str:
    """The name of the waveform beside it."""
    return file_name.removesuffix(".webm") + ".peaks.json"
