"""Many new rows, made ready for the database before the transaction that writes them.

While SQLite is written to nobody else writes, and `bulk_create` spends most of its time on making
statements. So that is done before, and the transaction only hands them over. As with `bulk_create`
no signal is sent.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Field, Model

M = TypeVar("M", bound=Model)

_AT_ONCE = 500  # rows in one statement; SQLite takes 32,766 values


class NewRows(Generic[M]):
    """Rows of one model; those with a key keep it (`give_keys`), the database gives the others."""

    def __init__(self, model: type[M], rows: Sequence[M]) -> None:
        self.model, self.rows = model, rows
        has_keys = bool(rows) and rows[0].pk is not None
        fields = [f for f in model._meta.local_concrete_fields if has_keys or not f.primary_key]
        self._statements = [
            _statement(model, fields, rows[start : start + _AT_ONCE])
            for start in range(0, len(rows), _AT_ONCE)
        ]

    def insert(self) -> None:
        """In the caller's transaction; an `IntegrityError` is the caller's, too."""
        with connection.cursor() as cursor:
            for insert, values in self._statements:
                cursor.execute(insert, values)


def give_keys(model: type[M], rows: Sequence[M]) -> None:
    """Keys that nobody else gets, so that others can refer to rows that are not written yet.

    If these are never written, their keys are lost, as those of a rolled back transaction are.
    """
    reserve = _RESERVE[connection.vendor]
    with transaction.atomic():
        keys = reserve(model._meta.db_table, len(rows))
    for row, key in zip(rows, keys, strict=True):
        row.pk = key


def _statement(
    model: type[Model], fields: "Sequence[Field[Any, Any]]", rows: Sequence[Model]
) -> tuple[str, list[Any]]:
    """Of many rows: between statements other threads run, and take their time."""
    database = connections[DEFAULT_DB_ALIAS]  # `connection` looks for it at each value
    quoted = database.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    places = ", ".join([f"({marks})"] * len(rows))
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), database)
        for row in rows
        for field in fields
    ]
    return f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES {places}", values  # noqa: S608


def _from_postgres(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _from_sqlite(table: str, count: int) -> list[int]:
    """`AUTOINCREMENT` goes on after what stands there; nothing does before a table's first row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT %s, 0"
            " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
            [table, table],
        )
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone()
    return list(range(last - count + 1, last + 1))


_RESERVE = {"postgresql": _from_postgres, "sqlite": _from_sqlite}
