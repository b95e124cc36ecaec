"""Processes that do at random what web and control do, until they are killed.

    python -m tests.postgres.busy_process    # on the settings as they are, instance "demo"

Each line that comes in, a number, is the seed of one more process. It prints a line for each act:
its id, and what it did. Whoever started it kills it, stops it and lets it go on: what it had
committed is all that is left of it. They are forked, so that the next one is at work at once.
"""

import os
import signal
import sys

import django


def main() -> None:
    django.setup()
    from tests.postgres.acts import work  # noqa: PLC0415 - set up first

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they came to their ends
    for seed in sys.stdin:
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            work(int(seed))


if __name__ == "__main__":
    main()
