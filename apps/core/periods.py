"""The times a search may ask for by name."""

from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum


class Period(StrEnum):
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "7d"
    MONTH = "30d"
    EIGHT_WEEKS = "8w"
    CUSTOM = "custom"


_DAYS = {Period.WEEK: 7, Period.MONTH: 30, Period.EIGHT_WEEKS: 56}


def bounds(
    period: Period, *, now: datetime, zone: tzinfo
) -> tuple[datetime | None, datetime | None]:
    """First and last instant, None where it is open. Days begin at midnight in `zone`."""
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    if period == Period.TODAY:
        return midnight, None
    if period == Period.YESTERDAY:
        before = datetime.combine(midnight.date() - timedelta(days=1), time(), zone)
        return before, midnight - timedelta(microseconds=1)
    if period == Period.CUSTOM:
        return None, None
    return now - timedelta(days=_DAYS[period]), None
