"""Writers to one SQLite file take turns: real threads on a real file."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connections, transaction
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.utils import ConnectionHandler

from connect.sqlite.base import DatabaseWrapper, may_write
from connect.sqlite.gate import FifoGate, GateTimeoutError, Turn, gate_of

pytestmark = pytest.mark.db

ALIAS = "gated"
T = TypeVar("T")
PATIENCE = 60  # seconds until a test gives up on a thread: never a bound on speed


def settings_of(name: str) -> dict[str, Any]:
    config = {DEFAULT_DB_ALIAS: {}, ALIAS: {"ENGINE": "connect.sqlite", "NAME": name}}
    return dict(ConnectionHandler(config).settings[ALIAS])


@pytest.fixture
def gate(tmp_path: Path, django_db_blocker: Any) -> Iterator[FifoGate]:
    """The gate of a file with one table, reached by every thread as connection `gated`."""
    path = tmp_path / "house.sqlite3"
    with django_db_blocker.unblock():
        connections.settings[ALIAS] = settings_of(str(path))
        execute("CREATE TABLE note (text TEXT UNIQUE)")
        yield gate_of(path)
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def execute(sql: str, *params: Any) -> list[Any]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def write(text: str) -> None:
    execute("INSERT INTO note VALUES (%s)", text)


def notes() -> set[str]:
    return {row[0] for row in execute("SELECT text FROM note")}


def in_thread(work: Callable[[], T]) -> T:
    """Run in a thread of its own, with a connection of its own that is closed after it."""

    def closing() -> T:
        try:
            return work()
        finally:
            connections[ALIAS].close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result(PATIENCE)


def until_waiting(gate: FifoGate, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while gate.waiting() != count:
        assert time.monotonic() < end, f"never {count} in line"
        time.sleep(0.001)


def test_only_one_thread_is_between_begin_and_commit(gate: FifoGate) -> None:
    inside: list[int] = []
    seen: list[int] = []

    def transact(number: int) -> None:
        for turn in range(20):
            with transaction.atomic(using=ALIAS):
                inside.append(number)
                seen.append(len(inside))
                write(f"{number}.{turn}")
                inside.remove(number)
        connections[ALIAS].close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(transact, range(8), timeout=PATIENCE))

    assert set(seen) == {1}
    assert len(notes()) == 160


def test_writers_come_in_the_order_in_which_they_asked(gate: FifoGate) -> None:
    order: list[int] = []

    def ask(number: int) -> None:
        with transaction.atomic(using=ALIAS):
            order.append(number)
        connections[ALIAS].close()

    with ThreadPoolExecutor(10) as pool:
        with transaction.atomic(using=ALIAS):
            asked = []
            for number in range(10):
                asked.append(pool.submit(ask, number))
                until_waiting(gate, number + 1)
        for future in asked:
            future.result(PATIENCE)

    assert order == list(range(10))


def commit() -> None:
    with transaction.atomic(using=ALIAS):
        write("mine")


def fail_inside() -> None:
    with suppress(ZeroDivisionError), transaction.atomic(using=ALIAS):
        write("mine")
        raise ZeroDivisionError


def roll_back() -> None:
    with transaction.atomic(using=ALIAS):
        write("mine")
        transaction.set_rollback(True, using=ALIAS)


def break_a_constraint_inside() -> None:
    with suppress(IntegrityError), transaction.atomic(using=ALIAS):
        write("mine")
        write("mine")


def break_a_constraint_in_autocommit() -> None:
    write("mine")
    with suppress(IntegrityError):
        write("mine")


def close_inside() -> None:
    with transaction.atomic(using=ALIAS):
        write("mine")
        connections[ALIAS].close()


def write_a_wrong_statement() -> None:
    with suppress(OperationalError):
        execute("INSERT INTO nowhere VALUES (1)")


def commit_by_hand() -> None:
    execute("BEGIN IMMEDIATE")
    write("mine")
    execute("COMMIT")


def come_back_from_manual_commits() -> None:
    transaction.set_autocommit(False, using=ALIAS)
    write("mine")
    transaction.commit(using=ALIAS)
    write("more")
    transaction.rollback(using=ALIAS)
    transaction.set_autocommit(True, using=ALIAS)


@pytest.mark.parametrize(
    ("end", "kept"),
    [
        (commit, {"mine"}),
        (fail_inside, set()),
        (roll_back, set()),
        (break_a_constraint_inside, set()),
        (break_a_constraint_in_autocommit, {"mine"}),
        (close_inside, set()),
        (write_a_wrong_statement, set()),
        (commit_by_hand, {"mine"}),
        (come_back_from_manual_commits, {"mine"}),
    ],
)
def test_however_a_transaction_ends_the_next_writer_goes_on(
    gate: FifoGate, end: Callable[[], None], kept: set[str]
) -> None:
    end()

    in_thread(lambda: write("theirs"))

    assert in_thread(notes) == kept | {"theirs"}


def test_a_savepoint_keeps_the_turn_until_the_outer_block_ends(gate: FifoGate) -> None:
    def write_and_close() -> None:
        write("theirs")
        connections[ALIAS].close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(using=ALIAS):
            with suppress(ZeroDivisionError), transaction.atomic(using=ALIAS):
                write("undone")
                raise ZeroDivisionError
            with transaction.atomic(using=ALIAS):
                write("kept")
            other = pool.submit(write_and_close)
            until_waiting(gate, 1)
            assert notes() == {"kept"}
        other.result(PATIENCE)

    assert notes() == {"kept", "theirs"}


def test_a_reader_does_not_wait_for_the_writer(gate: FifoGate) -> None:
    with transaction.atomic(using=ALIAS):
        write("not yet")

        assert in_thread(notes) == set()


def test_writes_in_autocommit_never_find_the_database_locked(gate: FifoGate) -> None:
    def autocommit(number: int) -> None:
        for turn in range(20):
            write(f"autocommit {number}.{turn}")
        connections[ALIAS].close()

    def transact(number: int) -> None:
        for turn in range(20):
            with transaction.atomic(using=ALIAS):
                write(f"atomic {number}.{turn}")
        connections[ALIAS].close()

    with ThreadPoolExecutor(8) as pool:
        both = [pool.submit(work, n) for n in range(4) for work in (autocommit, transact)]
        for future in both:
            future.result(PATIENCE)

    assert len(notes()) == 160


def test_a_thread_that_dies_in_a_transaction_loses_it_and_the_turn(gate: FifoGate) -> None:
    left_behind: list[Any] = []

    def die() -> None:
        left_behind.append(connections[ALIAS])
        transaction.atomic(using=ALIAS).__enter__()
        write("unfinished")

    thread = threading.Thread(target=die)
    thread.start()
    thread.join(PATIENCE)

    write("mine")

    assert notes() == {"mine"}
    left_behind[0].connection.close()


def test_a_writer_that_waits_in_vain_is_told_so_and_leaves_the_line(gate: FifoGate) -> None:
    def impatient() -> str:
        connections[ALIAS].settings_dict["OPTIONS"]["timeout"] = 0
        with pytest.raises(OperationalError) as caught:
            write("theirs")
        return str(caught.value)

    with transaction.atomic(using=ALIAS):
        write("mine")
        assert "database is locked" in in_thread(impatient)
        assert gate.waiting() == 0

    connections[ALIAS].settings_dict["OPTIONS"]["timeout"] = 20
    in_thread(lambda: write("later"))
    assert notes() == {"mine", "later"}


def test_the_gate_refuses_who_runs_out_of_time_and_forgets_who_left() -> None:
    gate = FifoGate()
    first, second, third = (Turn(is_abandoned=bool, clean_up=commit) for _ in range(3))
    gate.enter(first, timeout=0)

    with pytest.raises(GateTimeoutError):
        gate.enter(second, timeout=0)
    gate.leave(first)
    gate.leave(first)
    gate.enter(third, timeout=0)

    assert gate.waiting() == 0


def test_the_file_is_opened_for_many_readers_and_immediate_writers(gate: FifoGate) -> None:
    wrapper = connections[ALIAS]

    assert execute("PRAGMA journal_mode") == [("wal",)]
    assert execute("PRAGMA synchronous") == [(1,)]
    assert execute("PRAGMA busy_timeout") == [(20_000,)]
    assert wrapper.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]


def test_a_statement_is_planned_once_though_hundreds_come_between(gate: FifoGate) -> None:
    """SQLite asks its authorizer while it plans a statement, and not when one is ready."""
    planned = 0

    def note(*_: Any) -> int:
        nonlocal planned
        planned += 1
        return sqlite3.SQLITE_OK

    connections[ALIAS].connection.set_authorizer(note)
    for number in range(300):
        execute(f"SELECT {number}")
    assert planned >= 300

    at_first = planned
    for number in range(300):
        execute(f"SELECT {number}")

    assert planned == at_first


def test_a_database_in_memory_is_left_as_django_makes_it(django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        wrapper = DatabaseWrapper(settings_of(":memory:"), alias="memory")
        wrapper.ensure_connection()
        cursor = wrapper.create_cursor()

        assert type(cursor) is SQLiteCursorWrapper
        assert wrapper.transaction_mode is None  # type: ignore[attr-defined]
        wrapper.connection.close()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT 1", False),
        ("  select 1", False),
        ("(SELECT 1)", False),
        ("PRAGMA x", False),
        ("EXPLAIN QUERY PLAN SELECT 1", False),
        ("INSERT INTO a VALUES (1)", True),
        ("WITH a AS (SELECT 1) DELETE FROM b", True),
        ("SELECTED", True),
        ("", True),
    ],
)
def test_only_statements_that_read_pass_without_a_turn(query: str, expected: bool) -> None:
    assert may_write(query) is expected
