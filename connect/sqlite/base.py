"""Django's SQLite backend with a fair gate in front of every write (ENGINE "connect.sqlite").

From the first writing statement (`BEGIN IMMEDIATE` of `atomic()`, or a write in autocommit) until
SQLite has left the transaction, the connection holds its file's gate. One rule gives it back
wherever the transaction ends: a connection outside a transaction holds no gate.
In-memory databases have no gate: Django shares one connection between their threads.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from django.db.backends.sqlite3 import base

from connect.sqlite.gate import FifoGate, GateTimeoutError, Turn, gate_of

BUSY_SECONDS = 20
STATEMENTS = 512  # kept ready, 17 KB each; one call has 150, more than the 128 of sqlite3
READS = frozenset({"SELECT", "PRAGMA", "EXPLAIN"})


class GatedCursor(base.SQLiteCursorWrapper):
    """Takes the gate before a statement that may write."""

    def __init__(self, raw: sqlite3.Connection, wrapper: DatabaseWrapper) -> None:
        """`raw` is passed by sqlite3, which calls us as its cursor factory."""
        super().__init__(raw)
        self._wrapper = wrapper

    def execute(  # type: ignore[override]
        self, query: str, params: Any = None
    ) -> base.SQLiteCursorWrapper:
        """As sqlite3's, in turn."""
        return self._in_turn(query, partial(super().execute, query, params))

    def executemany(  # type: ignore[override]
        self, query: str, param_list: Iterable[Any]
    ) -> base.SQLiteCursorWrapper:
        """As sqlite3's, in turn."""
        return self._in_turn(query, partial(super().executemany, query, param_list))

    def _in_turn(
        self, query: str, run: Callable[[], base.SQLiteCursorWrapper]
    ) -> base.SQLiteCursorWrapper:
        if not may_write(query):
            return run()
        try:
            self._wrapper.take_gate()
            return run()
        finally:
            self._wrapper.settle_gate()


class DatabaseWrapper(base.DatabaseWrapper):
    """WAL, `synchronous=NORMAL`, IMMEDIATE transactions, 20 s of patience, and the gate."""

    _turn: Turn | None = None
    _gate: FifoGate | None = None

    def get_connection_params(self) -> dict[str, Any]:
        """The house's defaults, below what OPTIONS says."""
        options = self.settings_dict["OPTIONS"]
        options.setdefault("timeout", BUSY_SECONDS)
        options.setdefault("cached_statements", STATEMENTS)
        if not self.is_in_memory_db():
            options.setdefault("transaction_mode", "IMMEDIATE")
            options.setdefault("init_command", "PRAGMA synchronous=NORMAL")
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Open the file; the first one ever turns on the write-ahead log."""
        raw = cast(sqlite3.Connection, super().get_new_connection(conn_params))
        if not self.is_in_memory_db():
            self._gate = gate_of(Path(conn_params["database"]))
            self._use_write_ahead_log(raw)
        return raw

    def create_cursor(self, name: str | None = None) -> sqlite3.Cursor:
        """A cursor that minds the gate, or Django's own in memory."""
        if self._gate is None:
            return cast(sqlite3.Cursor, super().create_cursor(name))
        return self._raw().cursor(factory=partial(GatedCursor, wrapper=self))

    def take_gate(self) -> None:
        """Wait for this connection's turn; at once when it has the turn already."""
        if self._turn is not None or self._gate is None:
            return
        self._turn = _turn_of(weakref.ref(self), threading.current_thread())
        try:
            self._gate.enter(self._turn, timeout=self.settings_dict["OPTIONS"]["timeout"])
        except GateTimeoutError as error:
            self._turn = None
            raise sqlite3.OperationalError(str(error)) from error

    def settle_gate(self) -> None:
        """Give the gate back unless a transaction is open."""
        if self._turn is not None and not self._raw().in_transaction:
            self._leave_gate()

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self.settle_gate()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self.settle_gate()

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 (Django's signature)
        try:
            super()._set_autocommit(autocommit)  # type: ignore[misc]
        finally:
            # sqlite3 commits what is open when autocommit comes back.
            self.settle_gate()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave_gate()

    def _leave_gate(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None and self._gate is not None:
            self._gate.leave(turn)

    def _use_write_ahead_log(self, raw: sqlite3.Connection) -> None:
        """Turn it on once per file: it stays on, and turning it on needs the file alone."""
        if raw.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        self.take_gate()
        try:
            raw.execute("PRAGMA journal_mode=WAL")
        finally:
            self._leave_gate()

    def _raw(self) -> sqlite3.Connection:
        return cast(sqlite3.Connection, self.connection)


def may_write(query: str) -> bool:
    """False for statements that only read; one that begins with WITH may do either."""
    words = query.lstrip(" \t\r\n(")[:8].split(None, 1)
    return not words or words[0].upper() not in READS


def _turn_of(wrapper: weakref.ref[DatabaseWrapper], thread: threading.Thread) -> Turn:
    """A turn that ends by itself when the connection or its thread is gone."""
    return Turn(
        is_abandoned=lambda: wrapper() is None or not thread.is_alive(),
        clean_up=lambda: _roll_back(wrapper()),
    )


def _roll_back(left_behind: DatabaseWrapper | None) -> None:
    """End the transaction of a writer whose thread is gone, so that SQLite's lock goes too."""
    if left_behind is not None and left_behind.connection is not None:
        with suppress(sqlite3.Error):
            left_behind.connection.rollback()
