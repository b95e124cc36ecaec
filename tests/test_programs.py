"""Tests that need a program of the machine say which package brings it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.programs import program

pytestmark = pytest.mark.domain


@pytest.mark.parametrize("name", ["chromium", "node", "initdb", "postgres", "redis-server"])
def test_this_machine_has_what_tests_need(name: str) -> None:
    assert Path(program(name)).is_file()


def test_a_missing_program_is_asked_for_by_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(pytest.fail.Exception, match="apt-get install nodejs"):
        program("node")
