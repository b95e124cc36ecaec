"""Control brings the database up to date in a session of its own, without services' limits."""

import pytest
from django.db import connection

from connect.serving import preparation
from connect.serving.progress import Say

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("db")]

SERVICES = {
    "statement_timeout": "1min",
    "idle_in_transaction_session_timeout": "8s",
    "lock_timeout": "10s",
}


def limits() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM pg_settings")
        return {name: value for name, value in cursor.fetchall() if name in SERVICES}


def session() -> int:
    """Whose locks are gone when it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_migration_may_take_its_time_and_services_may_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[dict[str, str]] = []

    def prepare(_say: Say) -> None:
        seen.append(limits())

    monkeypatch.setattr(preparation, "prepare_database", prepare)

    preparation.prepare_alone(lambda _line: None, and_then=lambda: seen.append(limits()))

    patient = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
    assert seen == [SERVICES | patient] * 2
    assert limits() == SERVICES


def test_a_preparation_that_fails_ends_its_session_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def prepare(_say: Say) -> None:
        raise ArithmeticError

    monkeypatch.setattr(preparation, "prepare_database", prepare)

    before = session()
    with pytest.raises(ArithmeticError):
        preparation.prepare_alone(lambda _line: None, and_then=lambda: None)

    assert session() != before
    assert limits() == SERVICES
