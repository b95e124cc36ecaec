"""All parts of a house in one process."""

from __future__ import annotations

from apps.agents.lease_keeper import LeaseKeeper
from apps.core import bus
from apps.core.process import PROCESS
from apps.voice.control import Control
from apps.voice.local_line import LocalLine
from apps.voice.node import MediaNode
from connect import celery
from connect.serving.celery_threads import WORKER, CeleryThreads
from connect.serving.options import Options, engine_settings
from connect.serving.parts import Part, threaded


def parts_of_all(options: Options) -> list[Part]:
    """In the order of starting: whoever is told of a call must stand before calls can come."""
    background = CeleryThreads(celery.app)
    control = Control()
    lease = LeaseKeeper()
    node = MediaNode(engine_settings(options), line=LocalLine(PROCESS), capacity=options.capacity)
    return [
        threaded("bus", start=bus.start, stop=bus.stop),
        threaded("lease", start=lease.start, stop=lease.stop),
        threaded(WORKER, start=background.start, stop=background.stop),
        threaded("control", start=control.start, stop=control.stop),
        Part("media", node.start, node.aclose),
    ]
