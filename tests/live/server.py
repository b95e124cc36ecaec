"""The product itself, started as a user starts it, on a data folder and port of its own."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
PASSWORD = "Demo-Test-1"
ALONE = ("unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


class LiveServer:
    """`manage.py serve` in a process; `url` once it said Ready."""

    def __init__(
        self,
        folder: Path,
        *,
        like: Path | None = None,
        is_alone: bool = False,
        port: int = 0,
        **environment: str,
    ) -> None:
        """`like`: a data folder to begin with a copy of; without one it begins with nothing.

        `is_alone`: in a network of its own that holds nothing but its loopback.

        `port`: of an earlier life, for pages that shall find it again.
        """
        self._folder = folder
        if like is not None:
            shutil.copytree(like, self.data)
        self._port = port
        self._environment = environment
        self._is_alone = is_alone
        self.lines: list[str] = []
        self.url = ""

    def __enter__(self) -> Self:
        self._log = (self._folder / "serve.log").open("wb")
        self._process = subprocess.Popen(
            [
                *(ALONE if self._is_alone else ()),
                *(sys.executable, "manage.py", "serve"),
                *("--port", str(self._port), "--data-dir", str(self.data)),
            ],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.url = self._wait_until_ready()
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._log.close()

    def kill(self) -> None:
        """End it as `kill -9` does; another one may be started on the same folder."""
        self._process.kill()
        self._process.wait()

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def data(self) -> Path:
        return self._folder / "data"

    @property
    def log(self) -> str:
        return (self._folder / "serve.log").read_text(encoding="utf-8", errors="replace")

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours = {
            "CONNECT_NO_BOOTSTRAP": "1",
            "CONNECT_DEMO_PASSWORD": PASSWORD,
            "DJANGO_SETTINGS_MODULE": "connect.settings",
        }
        return {**kept, **ours, **self._environment}

    @property
    def exit_code(self) -> int | None:
        code: int | None = self._process.returncode
        return code

    def run(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """A management command against this server's data folder, or one of the robots."""
        return subprocess.run(
            [*self._network(), sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, "CONNECT_DATA_DIR": str(self.data)},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Like `run`, without waiting for its end."""
        return subprocess.Popen(
            [*self._network(), sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, "CONNECT_DATA_DIR": str(self.data)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _network(self) -> tuple[str, ...]:
        return ("nsenter", "-t", str(self._process.pid), "-n") if self._is_alone else ()

    def _wait_until_ready(self) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip())
            if line.startswith("Ready: "):
                return str(line.removeprefix("Ready: ").strip().rstrip("/"))
        raise AssertionError(f"The server did not become ready:\n{self.log}")
