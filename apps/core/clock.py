"""The only clock. Tests move it with time-machine; rules get `now` passed in."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251 - the one place


def iso(at: datetime | None) -> str | None:
    """An instant as the wire shows it: ISO 8601 in UTC with milliseconds and a Z."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
