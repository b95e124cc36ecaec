"""`manage.py serve`: the whole house in one process, or with `--role` one process of many."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.media.engine import SWITCH_SECONDS
from apps.voice.node import CAPACITY
from connect.asgi import application
from connect.demo import ALIAS, ensure_demo
from connect.serving.daphne import Edge
from connect.serving.embedded import House
from connect.serving.errors import RoleError
from connect.serving.lock import data_folder_lock
from connect.serving.notify import systemd_part
from connect.serving.one_process import parts_of_all
from connect.serving.options import Options, require_usable
from connect.serving.parts import Part
from connect.serving.ports import require_free_port
from connect.serving.preparation import prepare_alone, wait_until_prepared
from connect.serving.progress import prepare_database
from connect.serving.welcome import welcome_lines

EXIT_SECONDS = 5.0
ROLES = ("web", "control", "worker", "media")


class Command(BaseCommand):
    """Prepare the data folder, start every part, say when calls can be made."""

    help = (
        "Serve HTTP, sockets, media and background work in one process, or one part of it with "
        "--role. --data-dir DIR (or CONNECT_DATA_DIR) chooses where everything is written."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--data-dir` is not here: manage.py takes it before the settings are read."""
        parser.add_argument("--host", default="127.0.0.1", help="address of pages and sockets")
        parser.add_argument("--port", type=int, default=8000, help="TCP port; 0 takes a free one")
        parser.add_argument(
            "--media-host", default="", help="address of all audio (that of --host)"
        )
        parser.add_argument(
            "--media-port", type=int, default=0, help="UDP port of all audio; 0 takes a free one"
        )
        parser.add_argument("--role", choices=ROLES, help="one process of many: what it does")
        parser.add_argument(
            "--slot", default="", help="media: its name among the media processes (host and port)"
        )
        parser.add_argument(
            "--capacity", type=int, default=CAPACITY, help="media: calls at the same time"
        )
        parser.add_argument(
            "--concurrency", type=int, default=4, help="worker: tasks at the same time"
        )
        parser.add_argument(
            "--drain-seconds", type=float, default=3600.0, help="media: wait so long for its calls"
        )
        parser.add_argument(
            "--demo", action="store_true", help="control: make the demo where nothing is"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until stopped; a reason not to is one sentence and exit code 1."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            self._serve(options)
        except KeyboardInterrupt:
            self._say("Stopped.")
        except Exception as error:
            # Our own errors carry a code and a sentence; anything else is a bug and is shown whole.
            if not hasattr(error, "code"):
                raise
            raise CommandError(str(error)) from error
        finally:
            _end_soon()

    def _serve(self, options: dict[str, Any]) -> None:
        role = options["role"]
        _require_fit(role)
        chosen = _options(options)
        require_usable(chosen, role=role)
        # Audio leaves every 2 ms: a thread that computes must not hold the interpreter for 5.
        sys.setswitchinterval(SWITCH_SECONDS)
        if role is None:
            self._serve_everything(chosen, port=options["port"])
        else:
            self._serve_role(role, chosen, options)
        self._say("Stopped.")

    def _serve_everything(self, options: Options, *, port: int) -> None:
        with data_folder_lock(settings.DATA_DIR):
            require_free_port(options.host, port)
            prepare_database(self._say)
            demo = ensure_demo()

            def ready(url: str) -> None:
                for line in welcome_lines(url, demo, call_page=ALIAS):
                    self._say(line)
                self._say(f"Ready: {url}")

            edge = Edge(application, host=options.host, port=port)
            House(edge, with_systemd(parts_of_all(options)), on_ready=ready).run()

    def _serve_role(self, role: str, options: Options, given: dict[str, Any]) -> None:
        from connect.serving.roles import company_of  # noqa: PLC0415 - needs the Redis package

        require_free_port(options.host, given["port"])
        if role == "control":
            prepare_alone(self._say, and_then=ensure_demo if given["demo"] else _nothing)
        elif role != "media":
            wait_until_prepared(self._say)
        company = company_of(role, options, say=self._say)
        house = House(
            Edge(company.edge, host=options.host, port=given["port"]),
            with_systemd(company.parts),
            on_ready=lambda url: self._say(f"Ready: {url}"),
            drain=company.drain,
            drain_seconds=options.drain_seconds,
        )
        company.on_superseded = house.leave
        house.run()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _nothing() -> None:
    """No demo is wanted."""


def _options(given: dict[str, Any]) -> Options:
    return Options(
        host=given["host"],
        media_host=given["media_host"] or given["host"],
        media_port=given["media_port"],
        slot=given["slot"] or f"{socket.gethostname()}-{given['port']}",
        capacity=given["capacity"],
        concurrency=given["concurrency"],
        drain_seconds=given["drain_seconds"],
    )


def _require_fit(role: str | None) -> None:
    if role is not None and not settings.IS_SCALE_OUT:
        raise RoleError(
            f"--role {role} is one process of many: set CONNECT_DATABASE_URL and "
            "CONNECT_REDIS_URL, or leave --role out to serve everything in one process."
        )
    if role is None and settings.IS_SCALE_OUT:
        raise RoleError(
            "CONNECT_DATABASE_URL and CONNECT_REDIS_URL are set: say with --role what this "
            "process does (web, control, worker or media), or unset them."
        )


def with_systemd(parts: list[Part]) -> list[Part]:
    """The parts, and where a service manager listens, who tells it."""
    notifier = systemd_part()
    return parts if notifier is None else [*parts, notifier]


def _end_soon() -> None:
    """Leave even if a thread hangs: Python would wait for the pools' threads without end."""
    code = 1 if sys.exc_info()[0] is not None else 0
    last_resort = threading.Timer(EXIT_SECONDS, os._exit, args=(code,))
    last_resort.daemon = True
    last_resort.start()
