"""All that the checks of a house depend on: while it is the same, so is what they find."""

from django.db import connection

from apps.core import clock
from tests.journeys.house import NotingNode


def present(node: NotingNode) -> object:
    """Equal to another one when no row was written between, no time passed, no call was told.

    SQLite counts what a connection has written, and what others have committed. PostgreSQL does
    not: there no two are equal.
    """
    if connection.vendor != "sqlite":
        return object()
    with connection.cursor() as cursor:
        by_others = cursor.execute("PRAGMA data_version").fetchone()
    return connection.connection.total_changes, by_others, clock.now(), tuple(node.calls.values())
