"""Plain lines that tell a waiting person what is going on."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

Say = Callable[[str], None]

_APPLYING = re.compile(r"Applying (\S+)\.\.\.")


class MigrationLines(io.TextIOBase):
    """Takes what `migrate` writes; says one counted line per step."""

    def __init__(self, say: Say, *, total: int) -> None:
        """`total` is the number of steps ahead."""
        self._say = say
        self._total = total
        self._done = 0

    def write(self, text: str) -> int:
        """Called by `migrate` with pieces of lines."""
        for name in _APPLYING.findall(text):
            self._done += 1
            self._say(f"  {self._done}/{self._total} {name}")
        return len(text)


def prepare_database(say: Say) -> None:
    """Bring the tables up to date; silent when they are."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    total = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if total == 0:
        return
    say("Preparing the database.")
    call_command("migrate", interactive=False, stdout=MigrationLines(say, total=total))
