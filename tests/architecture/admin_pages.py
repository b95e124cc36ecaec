"""Every model page of an instance's admin, with a row of it for the sweeps.

A page without an entry here fails `test_admin_isolation.py`.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from apps.agents.models import AgentStatus, UserUpload
from apps.flows.models import ContactFlow, FlowVersion, Prompt
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.models import PhoneNumber
from apps.numbers.services.numbers import claim_number
from apps.routing.models import HoursOfOperation, Queue, QuickConnect, RoutingProfile
from apps.routing.services.quick_connects import create_quick_connect
from apps.security_profiles.models import SecurityProfile
from apps.users.hierarchy import create_group, name_level
from apps.users.models import HierarchyGroup, HierarchyLevel, User
from connect.admin import instance_site
from tests.apps.agents.uploading import a_waiting_upload
from tests.people import hire

Make = Callable[[Instance], Model]


def _status(instance: Instance) -> Model:
    return AgentStatus.objects.get(name="Available")


def _user(instance: Instance) -> Model:
    """Whom a manager may manage: somebody who holds no more."""
    return hire(instance, f"person{User.objects.count()}", "QualityAnalyst")


def _group(instance: Instance) -> Model:
    _level(instance)
    return create_group(instance=instance, name="Lisbon")


def _level(instance: Instance) -> Model:
    return name_level(instance=instance, number=1, name="Site")


def _profile(instance: Instance) -> Model:
    return SecurityProfile.objects.get(name="Agent")


def _hours(instance: Instance) -> Model:
    return HoursOfOperation.objects.get()


def _queue(instance: Instance) -> Model:
    return Queue.objects.get(name="BasicQueue")


def _routing_profile(instance: Instance) -> Model:
    return RoutingProfile.objects.get()


def _quick_connect(instance: Instance) -> Model:
    kind = QuickConnect.Kind.PHONE_NUMBER
    return create_quick_connect(instance=instance, name="Taxi", kind=kind, e164="+12065550199")


def _number(instance: Instance) -> Model:
    number = PhoneNumber.objects.count() + 5550100 + 10 * instance.pk
    return claim_number(instance=instance, e164=f"+1206{number}")


def _flow(instance: Instance) -> Model:
    return ContactFlow.objects.get(name="Default customer hold")


def _version(instance: Instance) -> Model:
    return FlowVersion.objects.filter(flow__name="Default customer hold").latest("number")


def _prompt(instance: Instance) -> Model:
    return Prompt.objects.get(name="Beep")


ROWS: dict[type[Model], Make] = {
    Instance: lambda instance: instance,
    AgentStatus: _status,
    HierarchyGroup: _group,
    HierarchyLevel: _level,
    SecurityProfile: _profile,
    User: _user,
    HoursOfOperation: _hours,
    Queue: _queue,
    QuickConnect: _quick_connect,
    RoutingProfile: _routing_profile,
    UserUpload: a_waiting_upload,
    PhoneNumber: _number,
    ContactFlow: _flow,
    FlowVersion: _version,
    Prompt: _prompt,
}


def row_of(model: type[Model], instance: Instance) -> Model:
    """A row of the instance, made for the test where a new instance has none."""
    with instance_scope(instance):
        return ROWS[model](instance)


def page_of(model: type[Model], *, alias: str) -> str:
    return f"/{alias}/admin/{model._meta.app_label}/{model._meta.model_name}/"


def pages() -> list[type[Any]]:
    return sorted(instance_site._registry, key=lambda model: model._meta.label)
