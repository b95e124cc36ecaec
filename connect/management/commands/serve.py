"""`manage.py serve`: the whole house in one process."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.media.engine import SWITCH_SECONDS, EngineSettings
from apps.voice.control import Control
from apps.voice.node import MediaNode
from connect import celery
from connect.asgi import application
from connect.demo import ALIAS, ensure_demo
from connect.env import env_list
from connect.serving.celery_threads import CeleryThreads
from connect.serving.daphne import Edge
from connect.serving.embedded import House
from connect.serving.lock import data_folder_lock
from connect.serving.parts import Part, threaded
from connect.serving.ports import require_free_port
from connect.serving.progress import prepare_database
from connect.serving.welcome import welcome_lines

EXIT_SECONDS = 5.0


class Command(BaseCommand):
    """Prepare the data folder, start every part, say when calls can be made."""

    help = (
        "Serve HTTP, sockets, media and background work in one process. "
        "--data-dir DIR (or CONNECT_DATA_DIR) chooses where everything is written."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--data-dir` is not here: manage.py takes it before the settings are read."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="TCP port; 0 takes a free one")
        parser.add_argument(
            "--media-port", type=int, default=0, help="UDP port of all audio; 0 takes a free one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until stopped; a reason not to is one sentence and exit code 1."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            self._serve(host=options["host"], port=options["port"], media=options["media_port"])
        except KeyboardInterrupt:
            self._say("Stopped.")
        except Exception as error:
            # Our own errors carry a code and a sentence; anything else is a bug and is shown whole.
            if not hasattr(error, "code"):
                raise
            raise CommandError(str(error)) from error
        finally:
            _end_soon()

    def _serve(self, *, host: str, port: int, media: int) -> None:
        with data_folder_lock(settings.DATA_DIR):
            require_free_port(host, port)
            prepare_database(self._say)
            demo = ensure_demo()
            # Audio leaves every 2 ms: a thread that computes must not hold the interpreter for 5.
            sys.setswitchinterval(SWITCH_SECONDS)

            def ready(url: str) -> None:
                for line in welcome_lines(url, demo, call_page=ALIAS):
                    self._say(line)
                self._say(f"Ready: {url}")

            edge = Edge(application, host=host, port=port)
            House(edge, _parts(host=host, media_port=media), on_ready=ready).run()
        self._say("Stopped.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _parts(*, host: str, media_port: int) -> list[Part]:
    """In the order of starting: whoever is told of a call must stand before calls can come."""
    background = CeleryThreads(celery.app)
    control = Control()
    node = MediaNode(
        EngineSettings(
            assets_dir=settings.ASSETS_DIR,
            journals_dir=settings.JOURNALS_DIR,
            host=host.strip("[]"),
            port=media_port,
            advertised=tuple(env_list("MEDIA_ADDRESSES")),
        )
    )
    return [
        threaded("worker", start=background.start, stop=background.stop),
        threaded("control", start=control.start, stop=control.stop),
        Part("media", node.start, node.aclose),
    ]


def _end_soon() -> None:
    """Leave even if a thread hangs: Python would wait for the pools' threads without end."""
    code = 1 if sys.exc_info()[0] is not None else 0
    last_resort = threading.Timer(EXIT_SECONDS, os._exit, args=(code,))
    last_resort.daemon = True
    last_resort.start()
