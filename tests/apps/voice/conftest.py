from collections.abc import AsyncIterator

import pytest

from tests.apps.sockets import Socket, engine
from tests.journeys.conftest import db, house
from tests.journeys.house import House

__all__ = ["db", "engine", "house"]


@pytest.fixture
async def line(house: House) -> AsyncIterator[Socket]:
    socket = await Socket("/ws/demo/call").open()
    yield socket
    await socket.close()
