"""`manage.py seed`: the demo without a server, for a look at the data."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from connect.demo import ensure_demo
from connect.serving.progress import prepare_database


class Command(BaseCommand):
    """Prepare the database and create the demo where there is none."""

    help = "Create the demo instance, its people, number and flow in the data folder."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say who can log in."""
        prepare_database(self.stdout.write)
        demo = ensure_demo()
        if demo is None:
            self.stdout.write("There are instances already and no demo among them: nothing done.")
            return
        for person in demo.people:
            self.stdout.write(
                f"{person.instance}: {person.username} ({', '.join(person.profiles)})"
            )
        if demo.password is not None:
            self.stdout.write(f"Password: {demo.password} (shown this once)")
