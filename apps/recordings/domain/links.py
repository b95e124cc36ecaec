"""How long a link to a recording is good (S-15)."""

from datetime import timedelta

BEGUN_WITHIN = timedelta(seconds=60)
CONTINUED_FOR = timedelta(hours=4)


def is_good(*, age: timedelta, is_begun: bool, is_part: bool) -> bool:
    """A link is begun within a minute; a player that has begun may go on seeking with it.

    Going on means asking for parts: a whole file is not handed out by a used link.
    """
    if age <= BEGUN_WITHIN:
        return True
    return is_begun and is_part and age <= CONTINUED_FOR
