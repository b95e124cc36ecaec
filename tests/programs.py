"""Programs of the machine that some tests need: found, or asked for in one sentence."""

from __future__ import annotations

import shutil

import pytest

DEBIAN_PACKAGES = {"chromium": "chromium", "node": "nodejs"}


def program(name: str) -> str:
    """The path of a program; without it the test fails and says how to get it."""
    path = shutil.which(name)
    if path is None:
        package = DEBIAN_PACKAGES.get(name, name)
        pytest.fail(
            f"{name} is missing on this machine: apt-get install {package} (.ci/run does it too).",
            pytrace=False,
        )
    return path
