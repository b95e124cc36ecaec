from collections.abc import AsyncIterator

import pytest

from apps.voice import node
from tests.apps.ccp.desk import Desk
from tests.apps.sockets import FakeEngine
from tests.journeys.conftest import db, house
from tests.journeys.house import House

__all__ = ["db", "house"]


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    desk = Desk(house)
    yield desk
    for socket in desk.sockets:
        await socket.close()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    engine = FakeEngine()
    monkeypatch.setattr(node, "_running", [engine])
    return engine
