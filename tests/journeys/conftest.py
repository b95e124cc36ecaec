from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from apps.agents.models import Agent
from apps.core import bus
from apps.voice.control import ROUTING_WANTED
from tests.images import as_it_was
from tests.journeys.house import House, open_house
from tests.journeys.invariants import quick_checks

__all__ = ["db", "house"]


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's: real commits, and the database put back in milliseconds."""
    with django_db_blocker.unblock(), as_it_was():
        yield


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """A house with a virtual clock; no rule may be broken when the test is over (R-12)."""
    with open_house() as house:
        checks = quick_checks()
        yield house
        assert not checks.breaches(house.node)


@pytest.fixture
def ana(house: House) -> Agent:
    """In place of the user `ana` of other tests: the agent of this house."""
    return house.agent("ana")


@pytest.fixture
def wanted(house: House) -> Iterator[list[Any]]:
    """The passes that were asked for."""
    asked: list[Any] = []
    end = bus.subscribe(ROUTING_WANTED, asked.append)
    yield asked
    end()
