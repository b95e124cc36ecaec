"""The house makes its own environment: real virtual environments, tiny wheels, no network."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from connect import bootstrap

pytestmark = pytest.mark.journey

PROJECT = Path(bootstrap.__file__).parent.parent
# The interpreter below our environment: what a person's first `python3 manage.py` runs on.
BARE_PYTHON = getattr(sys, "_base_executable", sys.executable)

STAND_IN = """
import sys
def execute_from_command_line(argv):
    import os
    print("ran", *argv[1:], "in", sys.prefix, "data", os.environ.get("CONNECT_DATA_DIR"))
"""

NOBODY_ACTS = """
from contextlib import nullcontext
def acting_as_command(argv):
    return nullcontext()
"""


def make_wheel(folder: Path, name: str, module: str, content: str) -> str:
    """Write a wheel `name` 1.0 with one module; the requirement line that pins it by hash."""
    info = f"{name}-1.0.dist-info"
    files = {
        module: content,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
        record = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
        wheel.writestr(f"{info}/RECORD", record)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"--no-index\n--find-links {folder}\n{name}==1.0 --hash=sha256:{digest}\n"


def build_house(house: Path) -> None:
    """Copy the entry; its only requirement is a stand-in for Django."""
    for folder in ("connect", "requirements", "wheels"):
        (house / folder).mkdir(parents=True)
    shutil.copy(PROJECT / "manage.py", house)
    for name in ("__init__", "bootstrap", "data_folder"):
        shutil.copy(PROJECT / "connect" / f"{name}.py", house / "connect")
    (house / "connect" / "commands.py").write_text(NOBODY_ACTS)
    wheels = house / "wheels"
    base = make_wheel(wheels, "django", "django/core/management/__init__.py", STAND_IN)
    (house / "requirements" / "base.txt").write_text(base)
    (house / "requirements" / "speech.txt").write_text(
        make_wheel(wheels, "speech", "speech.py", "")
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house that was never started."""
    build_house(tmp_path / "house")
    return tmp_path / "house"


@pytest.fixture(scope="module")
def first_start(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A house and what its first start said; made once, because an environment takes seconds."""
    house = tmp_path_factory.mktemp("first") / "house"
    build_house(house)
    return house, start(house, "serve", "--data-dir", "here", "--port=1")


@pytest.fixture
def started(first_start: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Path:
    """A house of its own that was started before."""
    shutil.copytree(first_start[0], tmp_path / "started", symlinks=True)
    return tmp_path / "started"


def start(house: Path, *argv: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BARE_PYTHON, "manage.py", *argv],
        cwd=house,
        env={"PATH": "/usr/bin:/bin", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_first_start_installs_shows_progress_and_runs_the_command(
    first_start: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    house, first = first_start

    assert first.returncode == 0, first.stderr
    lines = first.stdout.splitlines()
    assert lines[0] == f"Creating {house}/.venv."
    assert "  1/1 django-1.0-py3-none-any.whl" in lines
    assert lines[-1] == f"ran serve --port=1 in {house}/.venv data {house}/here"


def test_the_second_start_runs_the_command_at_once(started: Path) -> None:
    second = start(started, "serve", "--data-dir=here", "--port=1")

    assert second.stdout == f"ran serve --port=1 in {started}/.venv data {started}/here\n"


def test_changed_requirements_are_installed_on_the_next_start(started: Path) -> None:
    base = started / "requirements" / "base.txt"
    added = make_wheel(started / "wheels", "added", "added.py", "")
    base.write_text(base.read_text() + added)

    again = start(started, "check")

    assert "Creating" not in again.stdout
    assert "added-1.0" in again.stdout
    have = subprocess.run([started / ".venv/bin/python", "-c", "import added"], check=False)
    assert have.returncode == 0


def test_a_failing_speech_extra_does_not_stop_the_start(started: Path) -> None:
    (started / "requirements" / "speech.txt").write_text(
        "--no-index\nnowhere==1.0 --hash=sha256:" + "0" * 64 + "\n"
    )

    first = start(started, "serve")

    assert first.returncode == 0
    assert "requirements/speech.txt is optional and was left out" in first.stdout
    assert len(start(started, "serve").stdout.splitlines()) == 1


def test_a_package_that_is_not_the_one_we_locked_is_refused(started: Path) -> None:
    wheel = make_wheel(started / "wheels", "changed", "changed.py", "")
    (started / "requirements" / "base.txt").write_text(wheel)
    make_wheel(started / "wheels", "changed", "changed.py", "something = 'else'")

    refused = start(started, "serve")

    assert refused.returncode == 1
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert "This command failed" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (started / ".venv" / "connect-stamp.json").exists()


def test_an_interrupted_install_is_made_good_by_the_next_start(started: Path) -> None:
    (started / ".venv" / "connect-stamp.json").unlink()
    (started / ".venv" / "bin" / "python").unlink()

    again = start(started, "serve")

    assert "Creating" in again.stdout
    assert again.stdout.splitlines()[-1].startswith("ran serve")


def test_without_venv_and_pip_one_sentence_names_the_package(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(bootstrap.BootstrapError, match="apt-get install python3-venv"):
        bootstrap.prepare(house, wanted="base", say=lambda _line: None)


@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="this Python has no pip")
def test_without_the_venv_package_the_pip_of_the_machine_installs(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else real(name)
    )

    python = bootstrap.prepare(house, wanted="base", say=lambda _line: None)

    done = subprocess.run(
        [
            python,
            "-c",
            "import django.core.management, importlib.util as i; print(i.find_spec('pip'))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "None"


def test_the_tools_set_also_serves_the_base_set(started: Path) -> None:
    requirements = started / "requirements"
    shutil.copy(requirements / "base.txt", requirements / "dev.txt")
    said: list[str] = []

    bootstrap.prepare(started, wanted="dev", say=said.append)
    installed = len(said)
    bootstrap.prepare(started, wanted="base", say=said.append)

    assert installed > 0
    assert len(said) == installed
    stamp = json.loads((started / ".venv" / "connect-stamp.json").read_text())
    assert set(stamp) == {"dev.txt", "base.txt", "scale.txt", "speech.txt"}


def test_an_unknown_set_is_refused_by_name(house: Path) -> None:
    with pytest.raises(bootstrap.BootstrapError, match="'prod'"):
        bootstrap.prepare(house, wanted="prod")


def test_switched_off_it_leaves_the_machine_alone(house: Path) -> None:
    start(house, "serve", CONNECT_NO_BOOTSTRAP="1")

    assert not (house / ".venv").exists()


def test_the_committed_requirements_carry_hashes_and_name_no_registry() -> None:
    for path in sorted((PROJECT / "requirements").glob("*.txt")):
        text = path.read_text()
        pins = [line for line in text.splitlines() if "==" in line]

        assert pins, path.name
        assert text.count("--hash=sha256:") >= len(pins), path.name
        assert "://" not in text, path.name
        assert "index-url" not in text, path.name
