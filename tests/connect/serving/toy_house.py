"""A house of toy parts for the tests: `python -m tests.connect.serving.toy_house PORT PART...`.

A part is `name`, `name:fails` (cannot start), `name:hangs` (never finishes to start) or
`name:stays` (never finishes to stop). `drain` is no part: the house then has guests who never go.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from connect.health import readiness
from connect.serving import embedded
from connect.serving.daphne import Edge
from connect.serving.embedded import House
from connect.serving.errors import PartFailedError, ServeError
from connect.serving.parts import Part


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """GET /slow never answers; anything else tells the status."""
    if scope["path"] == "/slow":
        say("slow request began")
        await asyncio.Event().wait()
    status, _parts = readiness.report()
    code = 200 if status == "ready" else 503
    await send({"type": "http.response.start", "status": code, "headers": []})
    await send({"type": "http.response.body", "body": status.encode()})


def part(text: str) -> Part:
    name, _, fault = text.partition(":")

    async def start() -> None:
        say(f"start {name}")
        if fault == "fails":
            raise PartFailedError(f"{name} is broken.")
        if fault == "hangs":
            await asyncio.Event().wait()

    async def stop() -> None:
        say(f"stop {name}")
        if fault == "stays":
            await asyncio.Event().wait()

    return Part(name, start, stop)


async def guests() -> None:
    """Somebody is still there, and stays."""
    say("draining")
    await asyncio.Event().wait()


def main(port: str, *parts: str) -> None:
    embedded.STOP_SECONDS = 0.2
    edge = Edge(application, host="127.0.0.1", port=int(port))
    try:
        House(
            edge,
            [part(p) for p in parts if p != "drain"],
            on_ready=lambda url: say(f"Ready: {url}"),
            drain=guests if "drain" in parts else None,
            drain_seconds=3600,
        ).run()
    except ServeError as error:
        sys.exit(f"{error.code}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
