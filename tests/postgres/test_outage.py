"""Lines that the database server has cut are replaced before a service fails on one."""

import asyncio
import threading

import pytest
from django.db import connection, transaction

from apps.core import pool
from apps.core.errors import Unavailable
from tests.journeys.house import House

pytestmark = pytest.mark.journey

THREADS, PATIENCE = 8, 60


async def lines() -> list[int]:
    """The server's number of the line of each thread of the pool."""
    together = threading.Barrier(THREADS)

    def line() -> int:
        together.wait(PATIENCE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    return await asyncio.gather(*(pool.run(line) for _ in range(THREADS)))


def cut(pids: list[int]) -> None:
    """What a restart of the server does to open lines; returns when they are gone."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid, 60000) FROM unnest(%s) pid", [pids])
    finally:
        connection.close()


async def test_services_notice_that_their_lines_were_cut(house: House) -> None:
    before = await lines()

    await asyncio.to_thread(cut, before)

    after = await lines()
    assert len(set(after)) == THREADS
    assert not set(after) & set(before)


async def test_a_line_cut_in_mid_transaction_is_replaced_for_the_next_service(
    house: House,
) -> None:
    def broken() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    for _ in range(THREADS):
        with pytest.raises(Unavailable):
            await pool.run(broken)

    assert len(set(await lines())) == THREADS


async def test_a_service_that_stood_still_is_cut_off_and_refused_like_any_other_r_27(
    house: House,
) -> None:
    """R-27: the server ends its transaction, so that others get its locks; nothing of it counts."""

    def stands_still() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
            cursor.execute("SELECT pg_backend_pid()")
            _wait_until_gone(int(cursor.fetchone()[0]))
            cursor.execute("SELECT 1")

    with pytest.raises(Unavailable):
        await pool.run(stands_still)

    assert len(set(await lines())) == THREADS


def _wait_until_gone(pid: int) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            for _ in range(PATIENCE * 100):
                cursor.execute("SELECT pg_sleep(0.01) FROM pg_stat_activity WHERE pid = %s", [pid])
                if cursor.fetchone() is None:
                    return
        raise AssertionError("the server did not cut the line")
    finally:
        other.close()
