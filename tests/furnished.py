"""A data folder with the demo in it, for servers that shall not begin with nothing."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def furnish(folder: Path) -> Path:
    """As `make seed`, with its sounds; most of the time of a first start goes into that."""
    done = subprocess.run(
        [sys.executable, "manage.py", "seed", "--data-dir", str(folder)],
        cwd=ROOT,
        env={
            **os.environ,
            "CONNECT_NO_BOOTSTRAP": "1",
            "DJANGO_SETTINGS_MODULE": "tests.settings_furnishing",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
