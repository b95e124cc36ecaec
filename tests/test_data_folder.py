"""Tests write into a folder of their own, and leave nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.data_folder import VARIABLE

pytestmark = pytest.mark.domain

ROOT = Path(__file__).parents[1]
TELL = "from tests.data_folder import own_folder as own; print(own(), own())"
FORK = "import os, sys; os.fork() or sys.exit(); os.wait(); print(os.path.isdir(own()))"


def told(code: str = TELL, **environ: str) -> list[str]:
    kept = {name: word for name, word in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={**kept, VARIABLE: "", **environ}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_an_exported_data_folder_of_a_house_is_left_alone(tmp_path: Path) -> None:
    first, second = told(CONNECT_DATA_DIR=str(tmp_path))

    assert first == second != str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_gone_with_the_process_that_made_it_and_no_sooner() -> None:
    (folder, _again, *kept) = told(f"{TELL}; {FORK}")

    assert kept == ["True"]
    assert not Path(folder).exists()


def test_a_worker_has_a_folder_inside_the_given_one_and_hands_it_on(tmp_path: Path) -> None:
    first, second = told(PYTEST_XDIST_WORKER="gw3", **{VARIABLE: str(tmp_path)})

    assert first == second == str(tmp_path / "gw3")
    assert Path(first).is_dir()
