"""Celery works inside a process: real worker and beat threads on the memory broker.

The broker's queues belong to the whole process, so the test takes a process of its own.
"""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.journey

ROOT = Path(__file__).parents[3]


def test_the_worker_takes_tasks_once_started_the_beat_ticks_and_both_stop() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.connect.serving.toy_worker"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.stdout.split("\n")[:3] == ["ran True", "ticked True", "left []"], done.stderr
