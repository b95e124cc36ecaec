"""Several people in the same moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection

from apps.core.errors import DomainError
from apps.instances.models import Instance
from apps.instances.scope import instance_scope

PATIENCE = 60  # seconds; a bound for hangs, never a measure


def at_once(instance: Instance, *acts: Callable[[], object]) -> list[str]:
    """Do all of it in threads that begin together; for each act its refusal's code, or `done`.

    Whatever else an act ends with, and one that does not end, is a failure.
    """
    start, results = threading.Barrier(len(acts)), ["?"] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait(PATIENCE)
        try:
            with instance_scope(instance):
                act()
            results[place] = "done"
        except DomainError as refusal:
            results[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert "?" not in results, results
    return results
