"""`python -m tests.on_postgres [pytest's arguments]`: the same tests, on a PostgreSQL of their own.

What locks, races and ends must hold on row locks as it does behind SQLite's gate.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.servers import Postgres

NOTHING_TO_DO = 5  # pytest's exit code when ARGS left no test


def main(arguments: list[str]) -> int:
    """pytest's exit code."""
    server = Postgres()
    server.start()
    environ = {
        **os.environ,
        "CONNECT_TESTS_POSTGRES": server.url,
        "DJANGO_SETTINGS_MODULE": "tests.settings_postgres",
    }
    try:
        done = subprocess.run(
            # the server is thrown away as a whole, so nobody need delete its database
            [sys.executable, "-m", "pytest", "--reuse-db", *arguments],
            env=environ,
            check=False,
        )
    finally:
        server.remove()
    return 0 if done.returncode == NOTHING_TO_DO else done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
