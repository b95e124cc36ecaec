from collections.abc import AsyncIterator

import pytest

from apps.voice import node
from tests.apps.sockets import FakeEngine, Socket
from tests.journeys.conftest import db, house
from tests.journeys.house import House

__all__ = ["db", "house"]


@pytest.fixture
async def line(house: House) -> AsyncIterator[Socket]:
    socket = await Socket("/ws/demo/call").open()
    yield socket
    await socket.close()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    engine = FakeEngine()
    monkeypatch.setattr(node, "_running", [engine])
    return engine
