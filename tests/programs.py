"""Programs of the machine that some tests need: found, or asked for in one sentence."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

DEBIAN_PACKAGES = {
    "chromium": "chromium",
    "node": "nodejs",
    "initdb": "postgresql",
    "postgres": "postgresql",
    "redis-server": "redis-server",
}
# Debian keeps the programs of a database server out of the way, by version.
POSTGRES_BINARIES = Path("/usr/lib/postgresql")


def program(name: str) -> str:
    """The path of a program; without it the test fails and says how to get it."""
    path = shutil.which(name) or shutil.which(name, path=_postgres_path())
    if path is None:
        package = DEBIAN_PACKAGES.get(name, name)
        pytest.fail(
            f"{name} is missing on this machine: apt-get install {package} (.ci/run does it too).",
            pytrace=False,
        )
    return path


def _postgres_path() -> str:
    folders = sorted(POSTGRES_BINARIES.glob("*/bin"), reverse=True)
    return os.pathsep.join(str(folder) for folder in folders)
