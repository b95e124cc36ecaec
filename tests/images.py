"""Pictures of the test database, taken and put back in milliseconds.

A house costs a second to set up. It is set up once, and each test that wants one gets a copy in the
real file, where committed rows are seen by all threads and announcements run after commit.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection

from tests.postgres_copy import PostgresCopy


class Image:
    """The whole database as it is now."""

    def __init__(self) -> None:
        self._copy = PostgresCopy() if connection.vendor == "postgresql" else SqliteCopy()

    def put_back(self) -> None:
        """Make the database what it was; no transaction may be open anywhere."""
        self._copy.put_back()
        ContentType.objects.clear_cache()
        cache.clear()


class SqliteCopy:
    """A second database in memory."""

    def __init__(self) -> None:
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        _database().backup(self._copy)

    def put_back(self) -> None:
        self._copy.backup(_database())


@contextmanager
def as_it_was() -> Iterator[None]:
    """Whatever happens inside, the database is afterwards what it was before."""
    before = Image()
    try:
        yield
    finally:
        before.put_back()


def _database() -> sqlite3.Connection:
    connection.ensure_connection()
    return cast(sqlite3.Connection, connection.connection)
