"""Many processes, one database: control brings it up to date, the others wait for that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from connect.serving.progress import Say, prepare_database

LOCK = 0x434F4E4E5052  # any number, the same in every process
LOOK_SECONDS = 0.5


def prepare_alone(say: Say, *, and_then: Callable[[], object]) -> None:
    """Apply what is missing, one process at a time, waiting for the server if need be.

    `and_then` runs with the lock held: what it makes is made once.
    """
    _until(_answers, say, "Waiting for the database.")
    with _alone(say):
        prepare_database(say)
        and_then()


def wait_until_prepared(say: Say) -> None:
    """Return when every migration this version knows is applied."""
    _until(_is_prepared, say, "Waiting for a control process to prepare the database.")


@contextmanager
def _alone(say: Say) -> Iterator[None]:
    """The lock of this session, whose end gives it back, also if the process dies.

    The limits of services are not meant for migrations, which take as long as the tables are
    large. The one on waiting for locks stays: what waits for a table holds up all who use it.
    """
    _until(_takes_lock, say, "Another control process prepares the database: waiting for it.")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
        yield
    finally:
        connection.close()


def _takes_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _answers() -> bool:
    connection.ensure_connection()
    return True


def _is_prepared() -> bool:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _until(is_so: Callable[[], bool], say: Say, waiting: str) -> None:
    """Look again twice a second; SIGTERM ends the wait as it ends any start.

    What the server answers instead is said whenever it changes: no wait mends a wrong password,
    but a server that refuses now may have its user in a minute.
    """
    said = ""
    while (trouble := _trouble(is_so)) is not None:
        line = f"{waiting} {trouble}".rstrip()
        if line != said:
            say(line)
            said = line
        time.sleep(LOOK_SECONDS)


def _trouble(is_so: Callable[[], bool]) -> str | None:
    """The first line of why nobody can know; empty if it is not so yet, None if it is."""
    try:
        return None if is_so() else ""
    except OperationalError as error:
        connection.close()
        return str(error).strip().partition("\n")[0]
