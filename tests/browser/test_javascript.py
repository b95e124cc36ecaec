"""The pure modules of the scripts, tested by node's own runner."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.domain

ROOT = Path(__file__).parents[2]


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is missing, and it tests the scripts. Install the Debian package nodejs.")
    return node


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests/js").glob("*.test.mjs")), ids=lambda path: path.stem
)
def test_a_script_module_keeps_its_rules(path: Path) -> None:
    result = subprocess.run(
        [_node(), "--test", str(path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    "path", sorted((ROOT / "static/connect/js").rglob("*.js")), ids=lambda path: path.stem
)
def test_a_script_is_valid(path: Path) -> None:
    result = subprocess.run(
        [_node(), "--check", str(path)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
