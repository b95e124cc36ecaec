"""`--data-dir`: the folder must be known before the settings are read, so it is taken out first."""

from __future__ import annotations

import os
import sys
from pathlib import Path

OPTION = "--data-dir"
VARIABLE = "CONNECT_DATA_DIR"


def choose_data_folder(argv: list[str]) -> list[str]:
    """Hand `--data-dir DIR` on as CONNECT_DATA_DIR; the arguments without it.

    Works for every command, so that all of them can be pointed at a running house's folder.
    """
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        name, separator, value = word.partition("=")
        if name != OPTION:
            rest.append(word)
            continue
        folder = value if separator else next(words, "")
        if not folder:
            sys.exit(f"{OPTION} needs a folder, for example {OPTION} data.")
        os.environ[VARIABLE] = str(Path(folder).expanduser().absolute())
    return rest
