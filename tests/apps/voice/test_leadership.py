"""One control process sweeps; another takes over when its session is gone (PostgreSQL)."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from apps.voice import leadership
from apps.voice.leadership import AdvisoryLock, Alone
from tests.servers import Postgres

pytestmark = pytest.mark.journey


class Session:
    """What `AdvisoryLock` needs of a connection of Django's, on a plain one."""

    def __init__(self, line: psycopg.Connection[Any]) -> None:
        self.cursor, self.close, self.line = line.cursor, line.close, line


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def candidate(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], AdvisoryLock]]:
    """Makes control processes; each has a session of its own."""
    made: list[AdvisoryLock] = []

    class Connections:
        def create_connection(self, alias: str) -> Session:
            del alias
            return Session(psycopg.connect(postgres.url, autocommit=True))

    monkeypatch.setattr(leadership, "connections", Connections())
    monkeypatch.setattr(leadership, "DatabaseError", psycopg.Error)

    def make() -> AdvisoryLock:
        made.append(AdvisoryLock())
        return made[-1]

    yield make
    for one in made:
        one.give_up()


def until_leading(one: AdvisoryLock) -> None:
    for _ in range(10_000):
        if one.is_held():
            return
    raise AssertionError("nobody leads")


def test_only_one_leads_and_it_goes_on_leading(candidate: Callable[[], AdvisoryLock]) -> None:
    first, second = candidate(), candidate()

    assert [first.is_held(), second.is_held()] == [True, False]
    assert [second.is_held(), first.is_held()] == [False, True]


def test_who_stops_makes_room(candidate: Callable[[], AdvisoryLock]) -> None:
    first, second = candidate(), candidate()
    assert first.is_held()

    first.give_up()

    until_leading(second)
    assert not first.is_held()


def test_a_lost_session_is_a_lost_lead_r_27(
    candidate: Callable[[], AdvisoryLock], postgres: Postgres
) -> None:
    """R-27: the server ended the session of a leader that was paused; the other one leads."""
    first, second = candidate(), candidate()
    assert first.is_held()
    assert not second.is_held()
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        )

    until_leading(second)
    assert not first.is_held()


def test_the_server_itself_ends_the_session_of_a_silent_leader(
    candidate: Callable[[], AdvisoryLock],
) -> None:
    first = candidate()
    assert first.is_held()

    assert first._ask("SHOW idle_session_timeout") == "3s"


def test_a_stopped_database_is_told_and_afterwards_somebody_leads(
    candidate: Callable[[], AdvisoryLock], postgres: Postgres
) -> None:
    first = candidate()
    assert first.is_held()
    postgres.stop()

    with pytest.raises(psycopg.Error):
        first.is_held()
    postgres.start()

    until_leading(first)


def test_alone_one_always_leads() -> None:
    assert Alone().is_held()
