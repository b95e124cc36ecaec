"""Start a real server process, read its lines, stop it: shared by the serving tests."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 180  # seconds until a test gives up on a process: never a bound on speed


class Process:
    """A Python program with its output read line by line."""

    def __init__(self, *command: str, environ: dict[str, str]) -> None:
        self.lines: list[str] = []
        self._fresh: queue.Queue[str | None] = queue.Queue()
        self.popen = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, beginning: str) -> str:
        """The next line that begins so; fails with everything said when the process ends first."""
        while (line := self._fresh.get(timeout=PATIENCE)) is not None:
            if line.startswith(beginning):
                return line
        raise AssertionError(f"it ended without {beginning!r}:\n" + "\n".join(self.lines))

    def end(self) -> int:
        """Wait until it has ended by itself; the exit code."""
        code = self.popen.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def stop(self, number: int) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.popen.send_signal(number)
        return self.end()

    def _read(self) -> None:
        for line in self.popen.stdout or ():
            self.lines.append(line.rstrip("\n"))
            self._fresh.put(self.lines[-1])
        self._fresh.put(None)


@contextmanager
def running(*command: str, environ: dict[str, str] | None = None) -> Iterator[Process]:
    """A process that is gone after the block, whatever happens in it."""
    process = Process(*command, environ=environ or {})
    try:
        yield process
    finally:
        if process.popen.poll() is None:
            process.popen.kill()
        process.end()
        if process.popen.stdout is not None:
            process.popen.stdout.close()


def get(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Status and body of a page."""
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 (loopback)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 (loopback)
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
