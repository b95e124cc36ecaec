"""How long after the offer the panel rings, while a thousand panels are open in one process.

    python -m tests.benchmarks.ringing --panels 1000 --calls 100

`manage.py serve` on an empty folder, one socket for each agent as the page holds it, all of them
available. Contacts are put into the queue five a second; what is counted is the time from the offer
in the database to its snapshot at the agent's socket. Prints one JSON line.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import uuid4

import aiohttp

from tests.live.server import LiveServer

PATIENCE = 240.0
A_SECOND = 5.0
OPEN_AT_ONCE = 20


def main() -> None:
    arguments = parse()
    with tempfile.TemporaryDirectory(prefix="connect-bench-") as folder:
        os.environ["CONNECT_DATA_DIR"] = str(Path(folder) / "data")
        os.environ["DJANGO_SETTINGS_MODULE"] = "connect.settings"
        import django

        django.setup()
        from tests.benchmarks.crowd import Crowd

        crowd = Crowd(agents=arguments.panels)
        with LiveServer(Path(folder)) as server:
            panels = Panels(server.url, crowd)
            spent = asyncio.run(panels.measure(arguments.calls))
    cut = quantiles(spent, n=100)
    figures = {"calls": len(spent), "p50": cut[49] * 1000, "p95": cut[94] * 1000}
    print(json.dumps({"panels": arguments.panels, **figures, "p99": cut[98] * 1000}))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.benchmarks.ringing")
    parser.add_argument("--panels", type=int, default=1000)
    parser.add_argument("--calls", type=int, default=100)
    return parser.parse_args()


class Panels:
    """The sockets of all agents, read by one loop."""

    def __init__(self, url: str, crowd: Any) -> None:
        self._url, self._crowd = url, crowd
        self._rung: set[str] = set()
        self.spent: list[float] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def measure(self, calls: int) -> list[float]:
        """Seconds from offer to ring of so many calls."""
        unlimited = aiohttp.TCPConnector(limit=0)
        patient = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(connector=unlimited, timeout=patient) as http:
            try:
                await self._open(http)
                async with asyncio.timeout(PATIENCE):
                    await self._call(calls)
                return self.spent
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _open(self, http: aiohttp.ClientSession) -> None:
        gate = asyncio.Semaphore(OPEN_AT_ONCE)

        async def one(key: str) -> None:
            async with gate:
                cookie = f"{self._crowd.cookie}={key}"
                address = f"{self._url}/ws/bench/ccp".replace("http", "ws", 1)
                socket = await http.ws_connect(
                    address, headers={"Cookie": cookie}, origin=self._url
                )
                softphone = {"ready": True, "error": None}
                hello = {"type": "hello", "panel": str(uuid4()), "softphone": softphone}
                await socket.send_json(hello)
                await socket.receive_json(timeout=PATIENCE)
            self._tasks.append(asyncio.create_task(self._listen(socket)))
            self._tasks.append(asyncio.create_task(_ping(socket)))

        await asyncio.gather(*(one(key) for key in self._crowd.session_keys))

    async def _call(self, calls: int) -> None:
        for _ in range(calls):
            await asyncio.to_thread(self._crowd.arrive)
            await asyncio.sleep(1 / A_SECOND)
        while len(self.spent) < calls:
            await asyncio.sleep(0.1)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for received in socket:
            if received.type is not aiohttp.WSMsgType.TEXT:
                continue
            message = json.loads(received.data)
            if message["type"] == "snapshot" and message["panel"]["activity"] == "incoming":
                self._rings(message["panel"]["contact"])

    def _rings(self, contact: dict[str, Any]) -> None:
        if contact["offer"] in self._rung:
            return
        self._rung.add(contact["offer"])
        due_at = datetime.fromisoformat(contact["ringDueAt"])
        offered_at = due_at - timedelta(seconds=self._crowd.ring_seconds)
        self.spent.append(time.time() - offered_at.timestamp())


async def _ping(socket: aiohttp.ClientWebSocketResponse) -> None:
    while True:
        await asyncio.sleep(5)
        await socket.send_json({"type": "ping"})


if __name__ == "__main__":
    main()
