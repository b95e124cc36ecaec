"""Make the project's own `.venv` from the hashed requirements, then go on inside it.

Standard library only: this runs on a machine's bare Python, before anything is installed.
`python3 -m connect.bootstrap` only prepares; `manage.py` also goes on inside `.venv`.
"""

from __future__ import annotations

import collections
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)

# What each set installs: files that must succeed, then files that may fail without stopping the
# start. The tools' file holds the product and the speech extra too.
SETS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "base": (("base.txt",), ("speech.txt",)),
    "scale": (("scale.txt",), ("speech.txt",)),
    "dev": (("dev.txt",), ()),
}
CONTAINED = {
    "scale.txt": ("base.txt",),
    "dev.txt": ("base.txt", "scale.txt", "speech.txt"),
}

Say = Callable[[str], None]


class BootstrapError(Exception):
    """The environment cannot be made; the sentence says what to install or to mend."""

    code = "bootstrap_failed"


def enter_environment(argv: list[str]) -> None:
    """Go on inside `.venv`, made or renewed first when needed; return if already in one.

    Does not return when it hands over: the process is replaced and keeps its number.
    """
    if not is_needed():
        return
    python = prepare(ROOT, wanted=os.environ.get("CONNECT_REQUIREMENTS", "base"))
    os.execv(python, [str(python), *argv])


def is_needed() -> bool:
    """False in `.venv`, in any virtual environment with Django, and where it is switched off."""
    if os.environ.get("CONNECT_NO_BOOTSTRAP") == "1":
        return False
    in_environment = sys.prefix != sys.base_prefix
    return not (in_environment and importlib.util.find_spec("django"))


def prepare(root: Path, *, wanted: str, say: Say | None = None) -> Path:
    """Bring `root/.venv` up to the set `wanted` (`base`, `scale` or `dev`); its Python's path.

    A set that is there already costs one read of its files. Raises `BootstrapError`.
    """
    if wanted not in SETS:
        raise BootstrapError(f"CONNECT_REQUIREMENTS is {wanted!r}: it must be base, scale or dev.")
    environment = Environment(root, say=say or _print)
    if not environment.has(wanted):
        with environment.alone():
            if not environment.has(wanted):
                environment.install(wanted)
    return environment.python


class Environment:
    """The `.venv` below one folder, and the stamp that says what was installed into it."""

    def __init__(self, root: Path, *, say: Say) -> None:
        """Nothing is written before `install`."""
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.requirements = root / "requirements"
        self.stamp = self.folder / "connect-stamp.json"
        self.say = say

    def has(self, wanted: str) -> bool:
        """True when every file of the set is stamped as it reads now."""
        names = [name for group in SETS[wanted] for name in group]
        stamped = self._stamped()
        return self.python.exists() and all(
            stamped.get(name) == self._fingerprint(name) for name in names
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one process at a time install; the lock leaves no file behind."""
        folder = os.open(self.requirements, os.O_RDONLY)
        try:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.say("Another start is installing packages: waiting for it.")
                fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def install(self, wanted: str) -> None:
        """Install the set and stamp it; a stop in between is made good by the next start."""
        must, may = SETS[wanted]
        self.stamp.unlink(missing_ok=True)
        if not self._runs():
            self._create()
        for name in must:
            self._install_file(name)
        for name in may:
            self._install_if_possible(name)
        self._write_stamp([*must, *may])
        self.say("Packages are ready.")

    def _create(self) -> None:
        self.say(f"Creating {self.folder}.")
        with_pip = importlib.util.find_spec("ensurepip") is not None
        if not with_pip and importlib.util.find_spec("pip") is None:
            raise BootstrapError(
                "This Python can neither make a virtual environment with pip nor install into "
                "one. Install the Debian package python3-venv (apt-get install python3-venv) "
                "and start again."
            )
        shutil.rmtree(self.folder, ignore_errors=True)
        extra = [] if with_pip else ["--without-pip"]
        self._run([sys.executable, "-m", "venv", *extra, str(self.folder)])

    def _runs(self) -> bool:
        """False when it is missing, broken or of another Python version."""
        test = "import sys; print('%d.%d' % sys.version_info[:2])"
        try:
            done = subprocess.run(
                [str(self.python), "-c", test], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return False
        return done.stdout.strip() == "{}.{}".format(*sys.version_info[:2])

    def _install_file(self, name: str) -> None:
        path = self.requirements / name
        total = len(re.findall(r"^[\w.\[\]-]+==", path.read_text(encoding="utf-8"), re.MULTILINE))
        self.say(f"Installing {total} packages of requirements/{name}.")
        self._run(
            [
                *self._pip(),
                "install",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "-r",
                str(path),
            ],
            progress=f"/{total}",
        )

    def _install_if_possible(self, name: str) -> None:
        try:
            self._install_file(name)
        except BootstrapError as error:
            self.say(
                f"{error}\nrequirements/{name} is optional and was left out: everything else "
                "works. To try again, delete .venv and start again."
            )

    def _pip(self) -> list[str]:
        own = subprocess.run(
            [str(self.python), "-c", "import pip"], capture_output=True, check=False
        )
        if own.returncode == 0:
            return [str(self.python), "-m", "pip"]
        return [sys.executable, "-m", "pip", "--python", str(self.python)]

    def _run(self, command: list[str], *, progress: str = "") -> None:
        """Run to the end; show one line per package found, or the last lines when it fails."""
        tail: collections.deque[str] = collections.deque(maxlen=15)
        found = 0
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process:
            for line in process.stdout or ():
                tail.append(line.rstrip())
                if line.startswith(("Collecting ", "Processing ")) and progress:
                    found += 1
                    self.say(f"  {found}{progress} {line.split()[1].rpartition('/')[2]}")
        if process.returncode:
            shown = "\n".join(tail)
            raise BootstrapError(f"{shown}\nThis command failed: {' '.join(command)}")

    def _write_stamp(self, names: list[str]) -> None:
        """Written aside and renamed, so that a half-written stamp is never read."""
        names += [held for name in names for held in CONTAINED.get(name, ())]
        draft = self.stamp.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps({name: self._fingerprint(name) for name in names}))
        draft.replace(self.stamp)

    def _stamped(self) -> dict[str, str]:
        try:
            return dict(json.loads(self.stamp.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def _fingerprint(self, name: str) -> str:
        """The file's content and the Python it was installed for."""
        path = self.requirements / name
        content = path.read_bytes() if path.exists() else b""
        return hashlib.sha256(repr(sys.version_info[:2]).encode() + content).hexdigest()


def check_python() -> None:
    """Refuse a Python older than we are written for."""
    if sys.version_info < OLDEST_PYTHON:
        raise BootstrapError("Python 3.11 or newer is needed; this is " + sys.version.split()[0])


def _print(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    """Prepare the set that CONNECT_REQUIREMENTS names (base by default)."""
    try:
        check_python()
        prepare(ROOT, wanted=os.environ.get("CONNECT_REQUIREMENTS", "base"))
    except BootstrapError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
