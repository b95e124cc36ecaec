"""Which control process sweeps: one, by a session's advisory lock on PostgreSQL.

The lock goes with its session. A leader that hangs, is paused or loses its machine stops speaking,
and the server itself ends a session that is idle for three seconds: another process takes over.
"""

import logging
from contextlib import suppress
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

LOCK = 0x434F4E4E45435453  # any number, the same in every process
SILENCE = "3s"  # the leader speaks each second

_log = logging.getLogger(__name__)


class Leadership(Protocol):
    """Asked before each sweep, in the thread that sweeps."""

    def is_held(self) -> bool:
        """Keep or take the lead; raises DatabaseError if nobody can know."""

    def give_up(self) -> None:
        """Let another one lead at once."""


class Alone:
    """The only control process of a house."""

    def is_held(self) -> bool:
        return True

    def give_up(self) -> None:
        """There is nobody else."""


class AdvisoryLock:
    """Leads while its own session holds the lock."""

    def __init__(self) -> None:
        self._session: Any = None
        self._leads = False

    def is_held(self) -> bool:
        try:
            self._leads = self._still_holds() or self._takes()
        except DatabaseError:
            self.give_up()
            raise
        return self._leads

    def give_up(self) -> None:
        session, self._session, self._leads = self._session, None, False
        if session is not None:
            with suppress(DatabaseError):
                session.close()

    def _still_holds(self) -> bool:
        """The lock is the session's: if that answers, the lock is ours."""
        if self._session is None or not self._leads:
            return False
        try:
            self._ask("SELECT 1")
        except DatabaseError:
            self.give_up()
            return False
        return True

    def _takes(self) -> bool:
        if self._session is None:
            self._session = connections.create_connection(DEFAULT_DB_ALIAS)
            self._ask(f"SET idle_session_timeout = '{SILENCE}'")
        takes = bool(self._ask("SELECT pg_try_advisory_lock(%s)", LOCK))
        if takes:
            _log.info("This control process sweeps from now on")
        return takes

    def _ask(self, statement: str, *values: object) -> object:
        with self._session.cursor() as cursor:
            cursor.execute(statement, values or None)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None
