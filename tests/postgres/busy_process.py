"""A process that does at random what web and control do, until it is killed.

    python -m tests.postgres.busy_process SEED    # on the settings as they are, instance "demo"

Prints a line for each act. Whoever started it kills it, stops it and lets it go on: what it had
committed is all that is left of it.
"""

import random
import sys
from contextlib import suppress

import django


def main(seed: int) -> None:
    django.setup()
    from django.db import (  # noqa: PLC0415 - set up first
        InterfaceError,
        InternalError,
        OperationalError,
        close_old_connections,
    )

    from apps.core.errors import DomainError  # noqa: PLC0415
    from apps.core.pool import was_cut_off  # noqa: PLC0415
    from apps.instances.models import Instance  # noqa: PLC0415
    from apps.instances.scope import instance_scope  # noqa: PLC0415
    from tests.postgres.acts import Acts  # noqa: PLC0415

    instance = Instance.objects.get(alias="demo")
    acts = Acts(instance, random.Random(seed))
    while True:
        act = acts.next()
        try:
            with instance_scope(instance), suppress(DomainError):
                act()
        except (OperationalError, InterfaceError):  # a lock of one that stands still, or cut off
            close_old_connections()
        except InternalError as error:  # cut off while it stood still
            if not was_cut_off(error):
                raise
            close_old_connections()
        sys.stdout.write(f"{act.__name__}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
