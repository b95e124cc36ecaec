"""With several processes jobs are sent beside the services, which never wait for the broker."""

import threading
from typing import Any

import pytest
from celery import current_app

from apps.core import jobs
from apps.core.unit_of_work import unit_of_work
from tests.journeys.conftest import db

__all__ = ["db"]

pytestmark = pytest.mark.db

PATIENCE = 60  # seconds; a bound for hangs, never a measure


class Broker:
    """Stands in for the broker, which answers when it is told to; no task is registered here."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.answers, self.is_done = threading.Event(), threading.Event()

    def take(self, name: str, *, kwargs: dict[str, int]) -> None:
        assert self.answers.wait(PATIENCE)
        assert name == "toy.send"
        n = kwargs["n"]
        if n == 2:
            raise ConnectionError("the broker is away")
        self.sent.append(n)
        if n == 3:
            self.is_done.set()


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Broker:
    settings.IS_SCALE_OUT = True
    broker = Broker()
    monkeypatch.setattr(current_app, "send_task", broker.take)
    return broker


def test_a_service_goes_on_while_the_broker_stands_still(db: None, broker: Broker) -> None:
    with unit_of_work():
        for n in (1, 2, 3):
            jobs.enqueue("toy.send", n=n)

    assert broker.sent == []  # and yet we are here
    broker.answers.set()

    assert broker.is_done.wait(PATIENCE)
    assert broker.sent == [1, 3]


def test_a_broker_that_is_away_for_long_fills_no_memory(
    db: None, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "WAITING_AT_MOST", 2)
    monkeypatch.setattr(jobs, "_sender", jobs.Sender())
    with unit_of_work():
        for n in (1, 3, 4):
            jobs.enqueue("toy.send", n=n)
    broker.answers.set()

    assert broker.is_done.wait(PATIENCE)
    assert broker.sent == [1, 3]
