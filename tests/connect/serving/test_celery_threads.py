"""Celery works inside a process: real worker and beat threads.

The broker's queues belong to the whole process, so each test takes a process of its own.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import RedisServer

pytestmark = pytest.mark.journey

ROOT = Path(__file__).parents[3]


def said_by(program: str, *options: str, **environ: str) -> list[str]:
    """The lines of a program of ours; at the end, what went wrong."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.connect.serving.{program}", *options],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return [*done.stdout.splitlines(), done.stderr]


def test_the_worker_takes_tasks_once_started_the_beat_ticks_and_both_stop() -> None:
    said = said_by("toy_worker")

    assert said[:3] == ["ran True", "ticked True", "left []"], said[-1]


@pytest.mark.parametrize("option", [[], ["gives-up"]])
def test_the_worker_outlives_a_redis_that_refuses_for_a_while(
    tmp_path: Path, option: list[str]
) -> None:
    """A full disk, a fail-over. Whatever ends the worker, another one follows; /health tells."""
    server = RedisServer()
    server.start()
    environ = {
        "DJANGO_SETTINGS_MODULE": "connect.settings",
        "CONNECT_DATA_DIR": str(tmp_path),
        "CONNECT_DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
        "CONNECT_REDIS_URL": server.url,
    }

    said = said_by("refused_worker", *option, **environ)

    assert said[:3] == ["noticed True", "ran True", "ready True"], said[-1]
    assert ("worker has ended" in said[-1]) == bool(option)
    server.remove()
