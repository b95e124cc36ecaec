#!/usr/bin/env python3
"""Django entry: makes its own environment when needed, picks the data folder, runs the command."""

import os
import sys

from connect import bootstrap
from connect.data_folder import choose_data_folder


def main() -> None:
    """Run one management command."""
    try:
        bootstrap.check_python()
        bootstrap.enter_environment(sys.argv)
    except bootstrap.BootstrapError as error:
        sys.exit(str(error))

    argv = choose_data_folder(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connect.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from connect.commands import acting_as_command  # noqa: PLC0415

    with acting_as_command(argv):
        execute_from_command_line(argv)


if __name__ == "__main__":
    main()
