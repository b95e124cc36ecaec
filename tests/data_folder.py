"""Where the tests of a process keep their files."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Not the product's own variable: whoever has set that one has a house in the folder.
VARIABLE = "CONNECT_TESTS_FOLDER"


def own_folder() -> str:
    """For each worker of pytest-xdist one inside that of the process that started it.

    What a worker starts in its turn inherits the folder, and keeps it.
    """
    given = Path(os.environ.get(VARIABLE) or _made())
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    folder = given if given.name == worker else given / worker
    folder.mkdir(exist_ok=True)
    os.environ[VARIABLE] = str(folder)
    return str(folder)


def _made() -> str:
    """A folder that is gone when this process ends."""
    folder = tempfile.mkdtemp(prefix="connect-tests-")
    atexit.register(_remove, folder, os.getpid())
    return folder


def _remove(folder: str, maker: int) -> None:
    if os.getpid() == maker:  # a fork has the same things to do at its end
        shutil.rmtree(folder, ignore_errors=True)
