"""Our engine behind one HTTP endpoint, so that the media bench can drive it like any bridge.

    python -m tests.benchmarks.media.server --port 8790 --ip 127.0.0.1 --journals /tmp/journals

`POST /offer {room, leg, role: party|listen, type, sdp}` answers `{sdp, type}`. Parties of a room
hear each other, listeners hear all parties; with `--journals` both parties are recorded.
`--busy-threads` serve requests without end beside the engine, as in the one-process shape.
`POST /closeall` ends every call, `GET /stats` tells.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
import threading
from pathlib import Path

from aiohttp import web

from apps.media.desired import CallDesired, LegDesired, RecordingDesired, TrackDesired
from apps.media.engine import SWITCH_SECONDS, Engine, EngineSettings
from apps.media.events import Event, LegLost
from connect.lanes import InLanes


class Rooms:
    """Keeps what each room shall be and tells the engine after every change."""

    def __init__(self, engine: Engine, *, recorded: bool) -> None:
        self.engine = engine
        self.recorded = recorded
        self.roles: dict[str, dict[str, str]] = {}
        self.version = 0

    def sync(self, room: str, *, ended: bool = False) -> None:
        self.version += 1
        roles = self.roles[room]
        parties = [leg for leg, role in roles.items() if role == "party"]
        legs = tuple(LegDesired(leg, tuple(p for p in parties if p != leg)) for leg in roles)
        sides = zip(("customer", "agent"), parties, strict=False)
        tracks = tuple(TrackDesired(side, (leg,)) for side, leg in sides)
        recordings = (RecordingDesired(room, tracks),) if self.recorded else ()
        self.engine.sync(
            CallDesired(room, 1, self.version, legs=legs, ended=ended, recordings=recordings)
        )

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


def view(_environ: dict[str, object], _start_response: object) -> list[bytes]:
    """A request at its worst: tens of milliseconds of Python that never waits."""
    total = 0
    for number in range(200_000):
        total = (total * 31 + number) % 1_000_003
    return [b"done"]


def be_busy(threads: int) -> None:
    """So many web threads with requests without end, as `manage.py serve` runs them."""
    sys.setswitchinterval(SWITCH_SECONDS)
    site = InLanes(view)

    def serve() -> None:
        while True:
            for _part in site({"wsgi.input": None}, print):
                pass

    for _ in range(threads):
        threading.Thread(target=serve, daemon=True).start()


async def application(ip: str, *, journals: Path | None, busy_threads: int) -> web.Application:
    settings = EngineSettings(
        assets_dir=Path(tempfile.gettempdir()) / "media-bench-assets",
        journals_dir=journals or Path(tempfile.gettempdir()),
        host=ip,
        # The load generator is silent while it sets up its other calls.
        dead_leg_seconds=3600,
        listener_seconds=3600,
    )
    engine = Engine(settings, on_event)
    await engine.start()
    gc.collect()
    gc.freeze()  # as voice.node does
    if busy_threads:
        be_busy(busy_threads)
    rooms = Rooms(engine, recorded=journals is not None)
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
    parser.add_argument("--journals", type=Path)
    parser.add_argument("--busy-threads", type=int, default=0)
    arguments = parser.parse_args()
    app = application(
        arguments.ip, journals=arguments.journals, busy_threads=arguments.busy_threads
    )
    asyncio.set_event_loop(asyncio.new_event_loop())
    web.run_app(app, host="127.0.0.1", port=arguments.port, print=None)


if __name__ == "__main__":
    main()
