"""Who acts when a command runs on the server."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from uuid6 import uuid7

from apps.core.acting import Actor, Door, acting


@contextmanager
def acting_as_command(argv: Sequence[str]) -> Iterator[None]:
    """The account on the server and the command's name: there is no user of ours to name."""
    command = argv[1] if len(argv) > 1 else "help"
    who = Actor(Door.COMMAND, name=f"{_account()}: {command}", request_id=str(uuid7()))
    with acting(who):
        yield


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return "server"
