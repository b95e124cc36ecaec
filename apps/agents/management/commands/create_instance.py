import secrets
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.agents.services.founding import FirstAdmin, create_complete_instance
from apps.core.errors import DomainError
from apps.instances.selectors import access_path


class Command(BaseCommand):
    help = "Make a new instance with its default content and its first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("alias", help="forms its address and can never change")
        parser.add_argument("name", help="what people see")
        parser.add_argument("--admin", required=True, metavar="USER NAME")
        parser.add_argument("--country", default="US", help="two letters; numbers are read so")
        parser.add_argument("--time-zone", default="UTC", help="such as Europe/Berlin")
        parser.add_argument("--language", default="en-US", help="of spoken prompts, such as de-DE")
        parser.add_argument(
            "--generate-password", action="store_true", help="show one instead of asking for it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        generated = _generated() if options["generate_password"] else None
        admin = FirstAdmin(
            options["admin"], generated or getpass("Password of the administrator: ")
        )
        chosen = {
            key: options[key] for key in ("alias", "name", "country", "time_zone", "language")
        }
        try:
            instance = create_complete_instance(admin=admin, **chosen)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{instance.name} is ready. Its people sign in at {access_path(instance)}"
        )
        if generated:
            self.stdout.write(f"{admin.username} signs in with: {generated}")


def _generated() -> str:
    """Meets the password rule: upper and lower case and digits are certain."""
    return f"Aa7-{secrets.token_urlsafe(12)}"
