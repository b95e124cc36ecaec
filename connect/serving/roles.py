"""What each process of the many-process shape is made of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.agents.lease_keeper import LeaseKeeper
from apps.core import bus
from apps.core.process import PROCESS
from apps.voice.control import Control
from apps.voice.event_takers import EventTakers
from apps.voice.leadership import AdvisoryLock
from apps.voice.node import MediaNode
from apps.voice.redis_line import RedisLine
from connect import asgi, celery
from connect.serving import health_edge
from connect.serving.celery_threads import WORKER, CeleryThreads
from connect.serving.options import Options, engine_settings
from connect.serving.parts import Part, threaded
from connect.serving.progress import Say
from connect.serving.volume import marked_volume, require_volume


@dataclass
class Company:
    """The parts of one process in the order of starting, and what answers at its port.

    `drain` returns when the process may go without harm.
    """

    parts: list[Part]
    edge: Any = health_edge.application
    drain: Callable[[], Awaitable[None]] | None = None
    on_superseded: Callable[[], None] = lambda: None


def company_of(role: str, options: Options, *, say: Say) -> Company:
    """Raises KeyError for a role that does not exist."""
    return {"web": _web, "control": _control, "worker": _worker, "media": _media}[role](
        options, say
    )


def _bus() -> Part:
    return threaded("bus", start=bus.start, stop=bus.stop)


def _web(_options: Options, _say: Say) -> Company:
    lease = LeaseKeeper()
    return Company(
        [_bus(), threaded("lease", start=lease.start, stop=lease.stop)], edge=asgi.application
    )


def _control(_options: Options, _say: Say) -> Company:
    control = Control(
        leadership=AdvisoryLock(),
        judges_silence=True,
        volume=marked_volume(settings.DATA_DIR),
    )
    takers = EventTakers()
    return Company(
        [
            _bus(),
            threaded("events", start=takers.start, stop=takers.stop),
            threaded("control", start=control.start, stop=control.stop),
        ]
    )


def _worker(options: Options, _say: Say) -> Company:
    threads = CeleryThreads(celery.app, name=PROCESS, concurrency=options.concurrency)
    return Company([threaded(WORKER, start=threads.start, stop=threads.stop)])


def _media(options: Options, say: Say) -> Company:
    """Nothing here touches the database: the node hears of calls over the bus alone."""
    company = Company([])

    def leave() -> None:
        company.on_superseded()

    node = MediaNode(
        engine_settings(options),
        line=RedisLine(PROCESS),
        slot=options.slot,
        capacity=options.capacity,
        on_superseded=leave,
    )

    async def look() -> None:
        await require_volume(settings.DATA_DIR, say=say)

    async def nothing() -> None:
        return None

    company.parts = [_bus(), Part("volume", look, nothing), Part("media", node.start, node.aclose)]
    company.drain = node.drain
    return company
