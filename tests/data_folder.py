"""Where the tests of a process keep their files."""

import os
import tempfile
from pathlib import Path


def own_folder() -> str:
    """For each worker of pytest-xdist one inside that of the process that started it.

    What a worker starts in its turn inherits the folder, and keeps it.
    """
    given = Path(os.environ.get("CONNECT_DATA_DIR") or tempfile.mkdtemp(prefix="connect-tests-"))
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    folder = given if given.name == worker else given / worker
    folder.mkdir(exist_ok=True)
    return str(folder)
