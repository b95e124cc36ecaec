"""When a file that could not be made is tried again."""

from datetime import timedelta

GIVE_UP_AFTER = 6  # attempts; then it counts as failed, and is still tried once an hour
LONGEST = timedelta(hours=1)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: one minute, then twice as long each time."""
    if attempts > GIVE_UP_AFTER:
        return LONGEST
    return min(LONGEST, timedelta(minutes=2 ** (attempts - 1)))
