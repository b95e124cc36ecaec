"""New instances for tests in milliseconds.

`create_instance` takes a tenth of a second, and most tests want one. It makes each known instance
once in a process; later tests get the same rows put in again.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from apps.instances.models import Instance
from apps.instances.services.instances import create_instance

NAMES = {"demo": "Demo Airline", "other": "Other Bank"}
# Keys of the rows that are put in lie above those of whatever a test has made before.
_KEYS_FROM = {"demo": 1000, "other": 2000}


@dataclass(frozen=True)
class _Rows:
    """Rows of one table as the database holds them."""

    insert: str
    values: list[tuple[Any, ...]]


def new_instance(alias: str) -> Instance:
    """The instance with its default content, as `create_instance` makes it."""
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        return create_instance(alias=alias, name=NAMES[alias])
    made = {known: _made_once(known) for known in NAMES}  # by their keys, while none is there yet
    with connection.cursor() as cursor:
        for rows in made[alias]:
            cursor.executemany(rows.insert, rows.values)
    return Instance.objects.get(alias=alias)


@cache
def _made_once(alias: str) -> list[_Rows]:
    """What `create_instance` adds to each table; taken away again."""
    with transaction.atomic(), connection.cursor() as cursor:
        tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
        tables = [table for table in dict.fromkeys(tables) if _counts(cursor, table)]
        cursor.execute("DELETE FROM sqlite_sequence")
        start = [(table, _KEYS_FROM[alias]) for table in tables]
        cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", start)
        create_instance(alias=alias, name=NAMES[alias])
        found = [_added(cursor, table, above=_KEYS_FROM[alias]) for table in tables]
        transaction.set_rollback(True)
    return [rows for rows in found if rows.values]


def _counts(cursor: Any, table: str) -> bool:
    """Whether the table has a key that the database counts up."""
    cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
    row = cursor.fetchone()
    return row is not None and "AUTOINCREMENT" in row[0]


def _added(cursor: Any, table: str, *, above: int) -> _Rows:
    cursor.execute(f'SELECT * FROM "{table}" WHERE id > %s', [above])  # noqa: S608
    columns = [column[0] for column in cursor.description]
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    insert = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
    return _Rows(insert, cursor.fetchall())
