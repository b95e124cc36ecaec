"""One server per data folder: two would both own its calls."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connect.serving.errors import DataFolderInUseError

NAME = "serve.lock"


@contextmanager
def data_folder_lock(folder: Path) -> Iterator[None]:
    """Hold the folder until the block or the process ends; raises `DataFolderInUseError`.

    The kernel gives the lock back when a process dies, so a file left behind means nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = file.read().strip() or "another process"
            raise DataFolderInUseError(
                f"The data folder {folder} is served by {holder} already. "
                "Stop that server, or choose another folder (make run DATA=…, --data-dir …)."
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}\n")
        file.flush()
        yield
