"""Our engine behind one HTTP endpoint, so that the media bench can drive it like any bridge.

    python -m tests.benchmarks.media.server --port 8790 --ip 127.0.0.1

`POST /offer {room, leg, role: party|listen, type, sdp}` answers `{sdp, type}`. Parties of a room
hear each other, listeners hear all parties. `POST /closeall` ends every call, `GET /stats` tells.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from aiohttp import web

from apps.media.desired import CallDesired, LegDesired
from apps.media.engine import Engine, EngineSettings
from apps.media.events import Event, LegLost


class Rooms:
    """Keeps what each room shall be and tells the engine after every change."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.roles: dict[str, dict[str, str]] = {}
        self.version = 0

    def sync(self, room: str, *, ended: bool = False) -> None:
        self.version += 1
        roles = self.roles[room]
        parties = [leg for leg, role in roles.items() if role == "party"]
        legs = tuple(LegDesired(leg, tuple(p for p in parties if p != leg)) for leg in roles)
        self.engine.sync(CallDesired(room, 1, self.version, legs=legs, ended=ended))

    async def offer(self, request: web.Request) -> web.Response:
        body = await request.json()
        room, leg = str(body["room"]), f"{body['leg']}.1"
        self.roles.setdefault(room, {})[leg] = body["role"]
        self.sync(room)
        answer = await self.engine.negotiate(room, leg, body["sdp"])
        return web.json_response({"sdp": answer, "type": "answer"})

    async def close_all(self, request: web.Request) -> web.Response:
        for room in self.roles:
            self.sync(room, ended=True)
        self.roles.clear()
        return web.Response(text="ok")

    async def stats(self, request: web.Request) -> web.Response:
        return web.json_response(self.engine.stats())


def on_event(event: Event) -> None:
    if isinstance(event, LegLost):
        print(f"{event.call} {event.leg} lost: {event.cause}", flush=True)


async def application(ip: str) -> web.Application:
    settings = EngineSettings(
        assets_dir=Path(tempfile.gettempdir()) / "media-bench-assets",
        journals_dir=Path(tempfile.gettempdir()) / "media-bench-journals",
        host=ip,
        # The load generator is silent while it sets up its other calls.
        dead_leg_seconds=3600,
        listener_seconds=3600,
    )
    engine = Engine(settings, on_event)
    await engine.start()
    rooms = Rooms(engine)
    app = web.Application()
    app.router.add_post("/offer", rooms.offer)
    app.router.add_post("/closeall", rooms.close_all)
    app.router.add_get("/stats", rooms.stats)
    app.on_cleanup.append(lambda _: engine.aclose())
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--ip", default="127.0.0.1")
    arguments = parser.parse_args()
    asyncio.set_event_loop(asyncio.new_event_loop())
    web.run_app(application(arguments.ip), host="127.0.0.1", port=arguments.port, print=None)


if __name__ == "__main__":
    main()
