from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.flows.services.prompts import upload_prompt
from apps.instances.scope import instance_scope
from apps.instances.selectors import active_instance


class Command(BaseCommand):
    help = "Make a prompt of an audio file, for flows to play by its name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("instance", help="alias of the instance")
        parser.add_argument("name", help="the prompt's name")
        parser.add_argument("file", type=Path, help="a WAV, MP3, Ogg or FLAC file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            instance = active_instance(options["instance"])
            with options["file"].open("rb") as audio, instance_scope(instance):
                upload_prompt(instance=instance, name=options["name"], audio=audio)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Prompt {options['name']} is ready.")
