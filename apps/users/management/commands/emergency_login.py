from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.users.emergency import USABLE, make_link


class Command(BaseCommand):
    help = (
        "Make a link that signs an operator in once, without a password; "
        "it also works while wrong passwords keep the log-in closed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--minutes", type=int, default=15, help="the session ends after so many"
        )
        parser.add_argument(
            "--reason", default="", help="kept with the link and written to the log"
        )
        parser.add_argument("--operator", metavar="USER NAME", help="sign in as this operator")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {name: options[name] for name in ("minutes", "reason", "operator")}
        try:
            token = make_link(**chosen)
        except DomainError as error:
            raise CommandError(str(error)) from error
        usable = int(USABLE.total_seconds() // 60)
        self.stdout.write(f"Open this at your installation within {usable} minutes, once:")
        self.stdout.write(f"/admin/emergency/{token}")
