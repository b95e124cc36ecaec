"""The promises table cannot claim what no test proves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.promises import ROOT, report

pytestmark = pytest.mark.domain

HEAD = "# Promises\n\n| id | promise | tests |\n|---|---|---|\n"

TESTS = '''
def test_a_name_that_says_it_sr_001(): ...

def test_a_docstring_that_says_it():
    """Proves SR-002."""

class TestKept:
    """SR-003 holds."""

    async def test_inside(self): ...

def helper_sr_004(): ...

def test_of_sr_0010(): ...
'''


def run(folder: Path, *rows: str) -> tuple[list[str], int]:
    (folder / "tests").mkdir()
    (folder / "docs").mkdir()
    (folder / "tests" / "test_it.py").write_text(TESTS)
    (folder / "docs" / "promises.md").write_text(HEAD + "\n".join(rows) + "\n")
    text, code = report(root=folder)
    return text.splitlines(), code


def test_promises_with_a_test_that_names_them_hold(tmp_path: Path) -> None:
    lines, code = run(
        tmp_path,
        "| SR-001 | one | `tests/test_it.py::test_a_name_that_says_it_sr_001` |",
        "| SR-002 | two | `tests/test_it.py::test_a_docstring_that_says_it` |",
        "| SR-003 | three | `tests/test_it.py::TestKept::test_inside` |",
    )

    assert lines == ["3 promises claimed, 0 faults."]
    assert code == 0


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("| SR-001 | one | |", "SR-001: names no test"),
        ("| SR-001 | one | `tests/test_it.py::test_gone` |", "does not exist"),
        ("| SR-001 | one | `tests/gone.py::test_a` |", "is not a test of ours"),
        ("| SR-001 | one | `tests/test_it.py` |", "is not a test of ours"),
        ("| SR-004 | four | `tests/test_it.py::helper_sr_004` |", "does not exist"),
        ("| SR-003 | three | `tests/test_it.py::TestKept` |", "does not exist"),
        ("| SR-001 | one | `tests/test_it.py::test_of_sr_0010` |", "does not mention SR-001"),
        (
            "| SR-009 | nine | `tests/test_it.py::TestKept::test_inside` |",
            "does not mention SR-009",
        ),
        ("| nonsense | what |", "not a row of id, promise and tests"),
    ],
)
def test_a_claim_without_its_proof_fails(tmp_path: Path, row: str, fault: str) -> None:
    lines, code = run(tmp_path, row)

    assert fault in lines[0]
    assert code == 1


def test_a_promise_stands_in_one_row_only(tmp_path: Path) -> None:
    row = "| SR-002 | two | `tests/test_it.py::test_a_docstring_that_says_it` |"

    lines, code = run(tmp_path, row, row)

    assert lines[0] == "SR-002: stands in two rows"
    assert code == 1


def test_our_own_table_holds() -> None:
    text, code = report(root=ROOT)

    assert code == 0, text
