from typing import Any

from django.core.management.base import BaseCommand

from connect.demo import reset_passwords


class Command(BaseCommand):
    help = "Give everybody of the demo a new password (or CONNECT_DEMO_PASSWORD) and show it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Everybody of the demo signs in with: {reset_passwords()}")
