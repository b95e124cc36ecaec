"""Every door through which something can be written, and what must be told of it (A-01).

A REST method, page, command, job or socket command without an entry here fails `test_audit.py`;
the admins' pages stand in `admin_doors.py`. `use` goes through the door; `told` are the kinds of
entries that come of it, none where `why` says so.
"""

import os
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from celery import current_app
from django.apps import apps
from django.core.management import call_command, get_commands
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from apps.agents import tasks
from apps.agents.models import Agent, UserUpload
from apps.agents.services.uploads import take_upload
from apps.ccp import commands
from apps.ccp.commands import run as run_command
from apps.instances.models import Instance, QuotaOverride
from apps.instances.scope import instance_scope
from apps.instances.services.origins import approve_origin
from apps.numbers.services.numbers import claim_number
from apps.numbers.services.pool import add_to_pool
from apps.routing.models import Queue, QuickConnect
from apps.routing.services.queues import set_quick_connects
from apps.users.emergency import make_link
from apps.users.hierarchy import create_group, name_level
from apps.users.models import User
from connect.commands import acting_as_command
from tests.apps.agents.uploading import a_waiting_upload
from tests.architecture import rows
from tests.architecture.admin_pages import row_of
from tests.architecture.routes import address
from tests.domain.agents.people_csv import people, person
from tests.people import PASSWORD
from tests.rest import signed_in

WRITING = ("post", "put", "patch", "delete")
LIVE = "moves live state, whose own history says who did it"
READS = "reads only"
TOKEN = "of-the-emergency-link"
SCHEMA = "works on files and tables, not on rows of ours"


@dataclass(frozen=True)
class Stage:
    """An instance in which there is at least one row of everything, and its administrator."""

    instance: Instance
    ada: User

    @property
    def client(self) -> Client:
        return signed_in(self.ada)


@dataclass(frozen=True)
class Door:
    """`told`: (model, action) of each entry."""

    use: Callable[[Stage], object] | None = None
    told: tuple[tuple[str, str], ...] = ()
    why: str = ""


def furnished(instance: Instance) -> None:
    """Beside what a new instance has: one row of every audited model."""
    with instance_scope(instance):
        rows.agent(instance)
        claim_number(instance=instance, e164="+12065550100")
        add_to_pool("+12065550101", country="US")
        approve_origin(instance=instance, origin="https://crm.example.com")
        QuotaOverride.objects.create(instance=instance, name="queues", value=7)
        quick_connect = row_of(QuickConnect, instance)
        assert isinstance(quick_connect, QuickConnect)
        set_quick_connects(Queue.objects.get(name="BasicQueue"), [quick_connect])
        name_level(instance=instance, number=1, name="Site")
        create_group(instance=instance, name="Lisbon")
        a_waiting_upload(instance)
    with patch("secrets.token_urlsafe", return_value=TOKEN):
        make_link()


def _json(method: str, route: str, **body: Any) -> Callable[[Stage], object]:
    def ask(stage: Stage) -> object:
        path = address(route, alias="demo")
        return getattr(stage.client, method)(path, body, content_type="application/json")

    return ask


def _delete_recording(stage: Stage) -> object:
    path = address(f"{_I}/contacts/<uuid:public_id>/recording", alias="demo",
                   **rows.recorded_contact(stage.instance))  # fmt: skip
    return stage.client.delete(path, {"reason": "asked for"}, content_type="application/json")


def _log_in(stage: Stage) -> object:
    return Client().post("/demo/login", {"username": "ada", "password": PASSWORD})


def _change_password(stage: Stage) -> object:
    typed = {"old_password": PASSWORD, "password": "New-Horse-8", "again": "New-Horse-8"}
    return stage.client.post("/demo/password", typed)


_I = "api/v1/instances/<slug:alias>"

ROUTES: dict[str, Door] = {
    "PATCH api/v1/me/preferences": Door(
        _json("patch", "api/v1/me/preferences", theme="dark"), (("users.User", "update"),)
    ),
    f"POST {_I}/contact-flows/validate": Door(why=READS),
    f"POST {_I}/phone-numbers/preview": Door(why=READS),
    f"DELETE {_I}/contacts/<uuid:public_id>/recording": Door(
        _delete_recording, (("contacts.Contact", "update"),)
    ),
    f"PUT {_I}/agents/me/status": Door(why=LIVE),
    "POST <slug:alias>/login": Door(_log_in, why="its history is SignIn"),
    "POST <slug:alias>/logout": Door(
        lambda stage: stage.client.post("/demo/logout"), why="its history is SignIn"
    ),
    "POST <slug:alias>/password": Door(_change_password, (("users.User", "update"),)),
    "POST <slug:alias>/sessions": Door(
        lambda stage: stage.client.post("/demo/sessions", {"end": "others"}),
        why="its history is SignIn",
    ),
    "POST <slug:alias>/users/<uuid:public_id>/sessions": Door(
        lambda stage: stage.client.post(
            f"/demo/users/{stage.ada.public_id}/sessions", {"end": "all"}
        ),
        why="its history is SignIn",
    ),
    "POST admin/emergency/<str:token>": Door(
        lambda stage: Client().post(f"/admin/emergency/{TOKEN}"),
        (("users.EmergencyLink", "update"),),
    ),
}


def write_routes() -> list[str]:
    """Each method that writes of each class-based view; the admins have their own table."""
    found = _methods(get_resolver().url_patterns)
    return sorted(name for name in found if " <slug:alias>/admin/" not in name)


def _methods(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _methods(pattern.url_patterns, route)
            continue
        view = getattr(pattern.callback, "view_class", None)
        for method in WRITING:
            if hasattr(view, method) and method in view.http_method_names:  # type: ignore[union-attr]
                yield f"{method.upper()} {route}"


def _command(name: str, *arguments: Any, **options: Any) -> Callable[[Stage], object]:
    def call(_stage: Stage) -> object:
        with acting_as_command(["manage.py", name]):
            return call_command(name, *arguments, **options)

    return call


def _add_prompt(stage: Stage) -> object:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "silence.wav"
        with wave.open(str(file), "wb") as writer:
            writer.setparams((1, 2, 8000, 0, "NONE", ""))
            writer.writeframes(bytes(8000))
        return _command("add_prompt", "demo", "Silence", file)(stage)


def _new_operator(stage: Stage) -> object:
    create = _command("createsuperuser", interactive=False, login_key="root", verbosity=0)
    with patch.dict(os.environ, {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}):
        return create(stage)


COMMANDS: dict[str, Door] = {
    "create_instance": Door(
        _command("create_instance", "new", "New", admin="root", generate_password=True),
        (
            ("instances.Instance", "create"),
            ("users.User", "create"),
            ("agents.Agent", "create"),
            ("routing.Queue", "create"),
        ),
    ),
    "emergency_login": Door(
        _command("emergency_login", reason="lost"), (("users.EmergencyLink", "create"),)
    ),
    "createsuperuser": Door(_new_operator, (("users.User", "create"),)),
    "changepassword": Door(why="asks at the terminal; saves the user as set_password does"),
    "add_prompt": Door(_add_prompt, (("flows.Prompt", "create"),)),
    "seed": Door(why="migrates; makes the demo with the services of this sweep"),
    "serve": Door(why="makes the demo with the services of this sweep"),
    "reset_demo_passwords": Door(_command("reset_demo_passwords"), (("users.User", "update"),)),
    "doctor": Door(why=LIVE),
    "answer": Door(why="a client: comes in by socket and REST"),
    "call": Door(why="a client: comes in by socket"),
}
# Of third parties, by app.
FOREIGN_COMMANDS = {
    "django.core": SCHEMA,
    "django.contrib.contenttypes": SCHEMA,
    "django.contrib.staticfiles": SCHEMA,
    "auditlog": "works on the audit itself: for whoever has the server",
    "axes": "counters of wrong passwords",
    "channels": SCHEMA,
    "drf_spectacular": SCHEMA,
    "guardian": "its tables stay empty",
    "rest_framework": SCHEMA,
}


def our_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app not in FOREIGN_COMMANDS)


def _create_users(stage: Stage) -> None:
    with instance_scope(stage.instance):
        upload = take_upload(
            instance=stage.instance,
            raw=people(person()),
            file_name="people.csv",
            acting_user=stage.ada,
        )
    upload.state = UserUpload.State.RUNNING
    upload.save(update_fields=["state"])
    tasks.create_users(upload_id=upload.pk)


JOBS: dict[str, Door] = {
    "agents.check_upload": Door(why=LIVE),
    "agents.create_users": Door(
        _create_users,
        (
            ("agents.UserUpload", "create"),
            ("users.User", "create"),
            ("agents.Agent", "create"),
            ("routing.Queue", "create"),
        ),
    ),
    "agents.sweep_uploads": Door(why=LIVE),
    "flows.render_asset": Door(why=LIVE),
    "recordings.finalise": Door(why=LIVE),
    "recordings.sweep": Door(why=LIVE),
}


def our_jobs() -> list[str]:
    current_app.loader.import_default_modules()
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    return sorted(name for name in current_app.tasks if name.partition(".")[0] in labels)


def _save_settings(stage: Stage) -> None:
    with instance_scope(stage.instance):
        agent = Agent.objects.select_related("user").all()[0]
        run_command("settings.save", agent=agent, params={"theme": "dark"})


SOCKET_COMMANDS: dict[str, Door] = {
    "settings.save": Door(_save_settings, (("users.User", "update"),)),
    "agent.set_status": Door(why=LIVE),
    "contact.accept": Door(why=LIVE),
    "contact.reject": Door(why=LIVE),
    "contact.end": Door(why=LIVE),
    "contact.clear": Door(why=LIVE),
    "contact.become_available": Door(why=LIVE),
    "connection.hold": Door(why=LIVE),
    "connection.resume": Door(why=LIVE),
    "connection.mute": Door(why=LIVE),
    "connection.unmute": Door(why=LIVE),
    "panel.take_audio": Door(why=LIVE),
}


def socket_commands() -> list[str]:
    return sorted(commands._COMMANDS)
