"""What every test of the caller's line needs."""

from collections.abc import Callable
from typing import TypeVar

from apps.core import pool
from apps.instances.scope import instance_scope
from tests.apps.sockets import Json, Socket
from tests.journeys.house import NUMBER, House

T = TypeVar("T")
CALL: Json = {"type": "call", "number": NUMBER, "from": None, "attributes": {}, "sdp": "v=0"}


async def do(house: House, act: Callable[[], T]) -> T:
    """Carry out a step in a thread, inside the instance's scope."""

    def scoped() -> T:
        with instance_scope(house.instance):
            return act()

    return await pool.run(scoped)


async def refusal(line: Socket) -> str:
    """The code of the refusal, after which the line is closed."""
    message: Json = await line.hear("refused")
    assert message["message"].endswith(".")
    assert await line.closed_with() == 4000
    return str(message["code"])
