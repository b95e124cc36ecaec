"""The pages and actions of the admins as doors of the audit (A-01): what is typed into each.

A page or action without an entry here fails `test_audit.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from apps.agents.admin.people_actions import CHANGES
from apps.agents.models import AgentStatus, UserUpload
from apps.agents.services.statuses import create_status
from apps.flows.models import ContactFlow, FlowVersion, Prompt
from apps.instances.models import Instance
from apps.numbers.models import PhoneNumber, PoolNumber
from apps.routing.models import HoursOfOperation, Queue, QuickConnect, RoutingProfile
from apps.routing.services.hours import create_hours
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.services import create_profile
from apps.users.hierarchy import name_level
from apps.users.models import HierarchyGroup, HierarchyLevel, User
from connect.admin import instance_site, operator_site
from tests.apps.flows.sounds import prompt_of, sound
from tests.domain.agents.people_csv import people, person
from tests.forms import formset
from tests.people import PASSWORD, hire, profile_named


@dataclass(frozen=True)
class AdminDoors:
    """What is typed into a model's page, inside the instance's scope; None: nobody can.

    `target` is the row that is changed and deleted, where it is not just the newest.
    """

    add: Callable[[Instance], dict[str, Any]] | None = None
    change: Callable[[Instance], dict[str, Any]] | None = None
    target: Callable[[Instance], Model] | None = None


def _lunch(instance: Instance) -> Model:
    return create_status(instance=instance, name="Lunch")


def _unused_hours(instance: Instance) -> Model:
    return create_hours(instance=instance, name="Unused", time_zone="UTC")


def _hours(name: str) -> Callable[[Instance], dict[str, Any]]:
    typed = {"name": name, "time_zone": "Asia/Tokyo"}
    times = {"weekday": "0", "start_minute": "09:00", "end_minute": "00:00"}
    return lambda _: typed | formset("intervals", times)


def _queue(name: str) -> Callable[[Instance], dict[str, Any]]:
    return lambda _: {
        "name": name,
        "hours": HoursOfOperation.objects.get(name="Basic Hours").pk,
        "quick_connects": [],
    }


def _basic_queue(instance: Instance) -> Model:
    return Queue.objects.get(name="BasicQueue")


def _routing_profile(name: str) -> Callable[[Instance], dict[str, Any]]:
    def typed(_: Instance) -> dict[str, Any]:
        queue = Queue.objects.get(name="BasicQueue").pk
        entry = {"queue": queue, "priority": "2", "delay_seconds": "30"}
        named = {"name": name, "description": name, "default_outbound_queue": queue}
        return named | formset("entries", entry)

    return typed


def _quick_connect(name: str) -> Callable[[Instance], dict[str, Any]]:
    typed = {"name": name, "description": name, "kind": "PHONE_NUMBER", "number": "+12065550188"}
    return lambda _: typed


def _person(instance: Instance) -> dict[str, Any]:
    return {
        "username": "cleo",
        "new_password": PASSWORD,
        "first_name": "Cleo",
        "profiles": [profile_named(instance, "Agent").pk],
        "routing_profile": RoutingProfile.objects.get().pk,
        "phone_type": "SOFT_PHONE",
        "acw_seconds": "30",
        "is_active": "on",
    }


def _settings(instance: Instance) -> dict[str, Any]:
    names = ("country", "time_zone", "language", "web_call_limit", "web_call_limit_per_address",
             "ring_seconds", "missed_recovery_seconds", "gone_offline_minutes")  # fmt: skip
    origins = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 50}
    return {
        **{name: getattr(instance, name) for name in names},
        **{f"origins-{name}": number for name, number in origins.items()},
        "name": "Renamed",
    }


def _claim(_instance: Instance) -> dict[str, Any]:
    return {"number": PoolNumber.objects.all()[0].pk, "description": "Sales"}


def _sound() -> SimpleUploadedFile:
    return SimpleUploadedFile("tone.wav", sound().getvalue())


ADMIN_PAGES: dict[type[Model], AdminDoors] = {
    Instance: AdminDoors(change=_settings, target=lambda instance: instance),
    PhoneNumber: AdminDoors(add=_claim, change=lambda _: {"description": "Returns"}),
    ContactFlow: AdminDoors(),
    FlowVersion: AdminDoors(),
    Prompt: AdminDoors(
        add=lambda _: {"name": "Hello", "audio": _sound()},
        change=lambda _: {"name": "Hi", "description": "Ana", "audio": _sound()},
        target=lambda instance: prompt_of(instance, "Welcome", hertz=500),
    ),
    AgentStatus: AdminDoors(
        add=lambda _: {"name": "Break", "display_order": "3"},
        change=lambda _: {"name": "Long lunch", "display_order": "3"},
        target=_lunch,
    ),
    HoursOfOperation: AdminDoors(add=_hours("Night"), change=_hours("Never"), target=_unused_hours),
    Queue: AdminDoors(add=_queue("VIP"), change=_queue("Main"), target=_basic_queue),
    QuickConnect: AdminDoors(add=_quick_connect("Cab"), change=_quick_connect("Bus")),
    RoutingProfile: AdminDoors(add=_routing_profile("Night"), change=_routing_profile("Day")),
    HierarchyGroup: AdminDoors(
        add=lambda _: {"name": "Porto", "parent": ""},
        change=lambda _: {"name": "Lisboa", "is_enabled": "on"},
    ),
    HierarchyLevel: AdminDoors(
        add=lambda _: {"name": "Team"},
        change=lambda _: {"name": "Place"},
        target=lambda instance: name_level(instance=instance, number=2, name="Team"),
    ),
    SecurityProfile: AdminDoors(
        add=lambda _: {"name": "Leads", "permissions": ["Queues.View"]},
        change=lambda _: {"name": "Experts", "permissions": ["Queues.View"]},
        target=lambda instance: create_profile(instance=instance, name="Leads"),
    ),
    User: AdminDoors(add=_person, change=_person, target=lambda instance: hire(instance, "ben")),
    UserUpload: AdminDoors(
        add=lambda _: {"file": SimpleUploadedFile("people.csv", people(person()))}
    ),
}
# "label:action" of actions beside Django's own.
ADMIN_ACTIONS: dict[str, str] = {
    "alarms.Alarm:close": "the alarm's row says who closed it",
    "routing.Queue:disable": "an entry of each queue: tests/apps/routing/test_queue_admin.py",
    "routing.Queue:enable": "an entry of each queue: tests/apps/routing/test_queue_admin.py",
    **{
        f"users.User:{change.name}": "changes each by the service that the form calls"
        for change in CHANGES
    },
}


def admin_actions() -> list[str]:
    return sorted(
        f"{model._meta.label}:{action if isinstance(action, str) else action.__name__}"
        for site in (instance_site, operator_site)
        for model, page in site._registry.items()
        for action in page.actions or ()
    )
