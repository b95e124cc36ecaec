"""The process that holds panels' sockets says that it lives (SR-071)."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from apps.agents import lease_keeper
from apps.agents.lease_keeper import LeaseKeeper
from apps.agents.models import ProcessLease
from apps.agents.services.leases import LEASE_LASTS, renew_lease
from apps.core import clock
from apps.core.process import PROCESS
from tests.journeys.conftest import db

__all__ = ["db"]

pytestmark = pytest.mark.db

PATIENCE = 60  # seconds; a bound for hangs, never a measure


@pytest.fixture
def keeper(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[LeaseKeeper]:
    monkeypatch.setattr(lease_keeper, "EVERY_SECONDS", 0.01)
    keeper = LeaseKeeper()
    yield keeper
    keeper.stop()


def test_the_lease_is_written_before_the_first_socket_can_come(
    db: None, keeper: LeaseKeeper
) -> None:
    keeper.start()

    assert ProcessLease.objects.get(process=PROCESS).seen_at > clock.now() - timedelta(minutes=1)


def test_five_attempts_in_a_row_may_fail() -> None:
    """No panel is given up because the database was away for a moment, or slow."""
    assert LEASE_LASTS.total_seconds() > 5 * lease_keeper.EVERY_SECONDS


def test_it_is_renewed_although_an_attempt_fails(
    db: None, keeper: LeaseKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.start()
    failures = [ConnectionError("the database is away")]
    renewed = threading.Event()

    def renew(process: str, *, now: datetime) -> None:
        if failures:
            raise failures.pop()
        renew_lease(process, now=now)
        renewed.set()

    monkeypatch.setattr(lease_keeper, "renew_lease", renew)

    assert renewed.wait(PATIENCE)
    assert failures == []
