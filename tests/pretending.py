"""Programs that stand in for the interpreter where a process of its own is started."""

import sys
from pathlib import Path

import pytest


def pretend_python(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """From now on whoever starts Python starts this shell script."""
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
