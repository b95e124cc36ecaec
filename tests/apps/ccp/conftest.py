from collections.abc import AsyncIterator

import pytest

from tests.apps.ccp.desk import Desk
from tests.apps.sockets import engine
from tests.journeys.conftest import db, house
from tests.journeys.house import House

__all__ = ["db", "engine", "house"]


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    desk = Desk(house)
    yield desk
    for socket in desk.sockets:
        await socket.close()
