"""PostgreSQL and Redis for tests: each in a folder of its own, on a free port of loopback.

They can be stopped, paused and killed like the real ones; every signal goes to pids we started.
Nothing is kept safe from a power cut: the folder is gone afterwards.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import SystemRandom

import psycopg
import redis

from tests.programs import program

PATIENCE = 120.0  # seconds until a server counts as broken; never a measure
LOOPBACK = "127.0.0.1"
PORTS = range(20_000, 32_000)  # below those that systems give to outgoing connections


class ServerFailedError(AssertionError):
    """A server did not start, or did not end; its log is in the sentence."""


class Server:
    """A server process: `start`, `stop`, `kill`, `pause`, `resume`, and `start` once more."""

    def __init__(self, name: str, *, user: str | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"connect-{name}-"))
        self.port = free_port()
        self.name, self.user = name, user
        self._process: subprocess.Popen[bytes] | None = None
        if user is not None:
            shutil.chown(self.folder, user)
        atexit.register(self.remove)

    @property
    def url(self) -> str:
        """The address as the product's settings take it."""
        raise NotImplementedError

    def start(self) -> None:
        """Return when it answers."""
        log = (self.folder / "log").open("ab")
        with log:
            self._process = self._run(*self._command(), output=log)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return when it answers."""
        _until(self._answers_or_failed, f"{self.name} does not answer")

    def stop(self) -> None:
        """An orderly end."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """As a crash: no last words."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Stand still: connections stay open, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def remove(self) -> None:
        """End it, whatever its state, and delete its folder."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError

    def _answers_or_failed(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise ServerFailedError(f"{self.name} ended:\n{self.log()}")
        return self._answers()

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def _run(self, *command: str, output: object) -> subprocess.Popen[bytes]:
        """Root may not run a database server, so it becomes somebody else for it."""
        account: dict[str, object] = {}
        if self.user is not None:
            entry = pwd.getpwnam(self.user)
            account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True, **account,
        )  # fmt: skip

    def _end(self, number: int) -> None:
        assert self._process is not None
        children = _children(self._process.pid) if number == signal.SIGKILL else []
        for pid in (self._process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        self._process.wait(PATIENCE)
        _until(lambda: not any(_is_alive(pid) for pid in children), f"{self.name} does not end")

    def _signal(self, number: int) -> None:
        assert self._process is not None
        parent = self._process.pid
        for pid in (parent, *_children(parent)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


class Postgres(Server):
    """A PostgreSQL server with one empty database and no password."""

    def __init__(self) -> None:
        super().__init__("postgres", user=_other_account())
        done = self._run(
            program("initdb"), "--pgdata", str(self.folder / "data"), "--username", "connect",
            "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
            output=subprocess.PIPE,
        )  # fmt: skip
        said, _nothing = done.communicate(timeout=PATIENCE)
        if done.returncode:
            raise ServerFailedError(said.decode(errors="replace"))

    @property
    def url(self) -> str:
        return f"postgres://connect@{LOOPBACK}:{self.port}/postgres"

    def _command(self) -> list[str]:
        wanted = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "deadlock_timeout": "200ms",
            "max_connections": "200",
        }
        options = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
        return [program("postgres"), "-D", str(self.folder / "data"), *options]

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url, connect_timeout=5).close()
            return True
        return False


class RedisServer(Server):
    """A Redis server that keeps nothing, or, `is_durable`, an append-only file."""

    def __init__(self, *, is_durable: bool = False) -> None:
        super().__init__("redis")
        self._is_durable = is_durable

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def _command(self) -> list[str]:
        keeps = "yes" if self._is_durable else "no"
        return [
            program("redis-server"), "--bind", LOOPBACK, "--port", str(self.port), "--save", "",
            "--appendonly", keeps, "--dir", str(self.folder),
        ]  # fmt: skip

    def _answers(self) -> bool:
        with (
            suppress(redis.RedisError, OSError),
            redis.Redis(host=LOOPBACK, port=self.port, socket_timeout=5) as client,
        ):
            return bool(client.ping())
        return False


@cache
def postgres() -> Postgres:
    """The session's PostgreSQL, started when first wanted."""
    server = Postgres()
    server.start()
    return server


@cache
def redis_server() -> RedisServer:
    """The session's Redis, started when first wanted; who kills one makes one of their own."""
    server = RedisServer()
    server.start()
    return server


def _other_account() -> str | None:
    """Who runs the database server when root runs the tests; None when somebody else does."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    """Nobody uses this port of loopback now, nor may an outgoing connection while it is down."""
    for port in SystemRandom().sample(PORTS, 100):
        with suppress(OSError), socket.socket() as probe:
            probe.bind((LOOPBACK, port))
            return port
    raise ServerFailedError("No port is free")


def _children(parent: int) -> list[int]:
    """The pids of the processes that `parent` started: a database server has one per line."""
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    with suppress(OSError):
        return [int(pid) for pid in listed.read_text().split()]
    return []


def _is_alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _until(is_so: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise ServerFailedError(otherwise)
        time.sleep(0.02)
