"""Hashing many passwords: minutes of computing that nobody is to notice."""

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.contrib.auth.hashers import make_password

_NICENESS = 10


def hashes_of(passwords: Sequence[str]) -> Iterator[str]:
    """One after the other, in a thread that gives way to those that carry calls.

    A thread of its own, because it could never be made less nice again.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="hashing", initializer=_give_way) as thread:
        for password in passwords:
            yield thread.submit(make_password, password).result()


def _give_way() -> None:
    """Linux counts niceness by thread; elsewhere it stays as it is."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
