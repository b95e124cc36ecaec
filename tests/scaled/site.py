"""The product in its many-process shape, as real processes on servers of their own.

    with Scaled(folder, media=2) as site:
        site.call(seconds=6)                    # a caller robot and an agent robot
        site.media[0].kill(); site.media[0].start()
        site.redis.pause(); site.redis.resume() # so with site.postgres
        site.control[0].stop(); site.web[1].start(); site.web[1].wait_until_ready()

Every process has a port and a log of its own; signals go to pids we started and to no others.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

import psycopg

from tests.live.server import PASSWORD, ROOT
from tests.servers import Postgres, RedisServer, Server, free_port

AnyServer = TypeVar("AnyServer", bound=Server)

PATIENCE = 180.0  # seconds until something counts as broken; never a measure
NUMBER = "+12065550100"
NO_DATABASE = "postgres://nobody@127.0.0.1:9/none"


class Member:
    """One process of the product: `manage.py serve --role …`, started as often as wanted."""

    def __init__(
        self,
        name: str,
        role: str,
        *,
        environment: dict[str, str],
        logs: Path,
        options: Sequence[str],
    ) -> None:
        self.name, self.role = name, role
        self.port = free_port()
        self.log_file = logs / f"{name}.log"
        self._environment = {**environment, "CONNECT_LOG_NAME": name}
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What it wrote to its terminal, over all its lives."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Begin a life; returns at once, see `wait_until_ready`."""
        assert not self.is_running
        command = [sys.executable, "manage.py", "serve", "--role", self.role]
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port), *self._options],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> int:
        """Ask it to go (SIGTERM) and wait for that; the exit code."""
        self.ask_to_stop()
        return self.wait()

    def ask_to_stop(self) -> None:
        """SIGTERM; a media process drains, a second one ends it at once."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """As a crash: no last words."""
        self._signal(signal.SIGKILL)
        self.wait()

    def pause(self) -> None:
        """Stand still: connections stay open, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def restart(self) -> None:
        """Stop in order and begin anew, ready."""
        self.stop()
        self.start()
        self.wait_until_ready()

    def wait(self) -> int:
        """Wait for the end; the exit code."""
        assert self._process is not None
        return self._process.wait(PATIENCE)

    def health(self) -> tuple[int, dict[str, Any]]:
        """Status and body of /health; (0, {}) while nothing answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=10) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)
        except OSError:
            return 0, {}

    def wait_until_ready(self) -> None:
        until(self._is_ready_or_gone, f"{self.name} is not ready", lambda: self.log[-4000:])

    def end(self) -> None:
        """Gone, whatever its state."""
        if self.is_running:
            self.resume()
            self.kill()

    def _is_ready_or_gone(self) -> bool:
        if not self.is_running:
            raise AssertionError(f"{self.name} ended:\n{self.log[-4000:]}")
        return self.health()[0] == 200

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)


class Scaled:
    """A whole installation; `web`, `control`, `worker` and `media` are its processes."""

    def __init__(
        self,
        folder: Path,
        *,
        web: int = 1,
        control: int = 1,
        worker: int = 1,
        media: int = 1,
        capacity: int = 50,
        redis: RedisServer | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        """Nothing runs before the block is entered; `folder` gets data and logs."""
        self._numbers = {"control": control, "web": web, "worker": worker, "media": media}
        self._folder, self._capacity = folder, capacity
        self._more = environment or {}
        self._redis = redis or RedisServer()
        self._stack = ExitStack()
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.postgres = self._server(Postgres(), stack)
            self.redis = self._server(self._redis, stack)
            self.logs.mkdir(parents=True, exist_ok=True)
            for role, number in self._numbers.items():
                for place in range(number):
                    self.add(role, f"{role}-{place + 1}", stack=stack)
            for member in self.members:
                member.wait_until_ready()
            until(self._has_its_media, "Control does not know the media nodes")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    @property
    def data(self) -> Path:
        """The shared volume."""
        return self._folder / "data"

    @property
    def logs(self) -> Path:
        """One file for each process, `<name>.log`."""
        return self._folder / "logs"

    @property
    def web(self) -> list[Member]:
        return self._of("web")

    @property
    def control(self) -> list[Member]:
        return self._of("control")

    @property
    def worker(self) -> list[Member]:
        return self._of("worker")

    @property
    def media(self) -> list[Member]:
        return self._of("media")

    @property
    def url(self) -> str:
        """The first web process."""
        return self.web[0].url

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours = {
            "CONNECT_NO_BOOTSTRAP": "1",
            "CONNECT_DEMO_PASSWORD": PASSWORD,
            "CONNECT_DATA_DIR": str(self.data),
            "CONNECT_DATABASE_URL": self.postgres.url,
            "CONNECT_REDIS_URL": self.redis.url,
            "DJANGO_SETTINGS_MODULE": "connect.settings",
        }
        return {**kept, **ours, **self._more}

    def add(self, role: str, name: str, *, stack: ExitStack | None = None) -> Member:
        """One more process, started; its slot, if it is a media process, is its name."""
        options = {
            "control": ["--demo"],
            "media": ["--slot", name, "--capacity", str(self._capacity)],
        }.get(role, [])
        environment = self.environment
        if role == "media":  # no media process may need the database: it is given none
            environment["CONNECT_DATABASE_URL"] = NO_DATABASE
        member = Member(name, role, environment=environment, logs=self.logs, options=options)
        self.members.append(member)
        (stack or self._stack).callback(member.end)
        member.start()
        return member

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A management command, or a robot, to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def robot(self, *arguments: str) -> subprocess.Popen[str]:
        """Like `run`, without waiting for its end."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def answerer(
        self, user: str = "bob", *, hertz: int = 660, seconds: int = 60, count: int = 1
    ) -> Any:
        """An agent robot at the first web process."""
        return self.robot(
            *("answer", user, "--url", self.url, "--instance", "demo"),
            *("--password-env", "CONNECT_DEMO_PASSWORD", "--count", str(count)),
            *("--tone", str(hertz), "--seconds", str(seconds)),
        )

    def caller(self, *, at: Member | None = None, hertz: int = 440, seconds: int = 6) -> Any:
        """A caller robot at a web process, the last one if not said otherwise."""
        return self.robot(
            *("call", NUMBER, "--url", (at or self.web[-1]).url, "--instance", "demo"),
            *("--from", "+12065550123", "--tone", str(hertz), "--seconds", str(seconds)),
        )

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database says to a query."""
        with psycopg.connect(self.postgres.url, autocommit=True) as line:
            return line.execute(statement.encode()).fetchall()

    def told(self) -> Iterator[str]:
        """The ends of all logs, for the sentence of a failed assertion."""
        for member in self.members:
            yield f"--- {member.name}\n{member.log[-2000:]}"

    def _has_its_media(self) -> bool:
        """Control hears of a node with its next word, and the first may be lost."""
        living = self.rows("select count(*) from contacts_medianode where lost_at is null")
        return bool(living[0][0] == len(self.media))

    def _of(self, role: str) -> list[Member]:
        return [member for member in self.members if member.role == role]

    @staticmethod
    def _server(server: AnyServer, stack: ExitStack) -> AnyServer:
        stack.callback(server.remove)
        server.start()
        return server


def until(
    is_so: Callable[[], bool],
    otherwise: str,
    facts: Callable[[], str] = str,
    *,
    every: float = 0.05,
) -> None:
    """Wait for something that will be true; patience is a bound for hangs, never a measure."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"{otherwise}\n{facts()}")
        time.sleep(every)
