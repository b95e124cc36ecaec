"""Every model page of an instance's admin, with a row of it for the sweeps.

A page without an entry here fails `test_admin_isolation.py`.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from apps.agents.models import AgentStatus
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from connect.admin import instance_site

Make = Callable[[Instance], Model]


def _status(instance: Instance) -> Model:
    return AgentStatus.objects.get(name="Available")


ROWS: dict[type[Model], Make] = {
    AgentStatus: _status,
}


def row_of(model: type[Model], instance: Instance) -> Model:
    """A row of the instance, made for the test where a new instance has none."""
    with instance_scope(instance):
        return ROWS[model](instance)


def page_of(model: type[Model], *, alias: str) -> str:
    return f"/{alias}/admin/{model._meta.app_label}/{model._meta.model_name}/"


def pages() -> list[type[Any]]:
    return sorted(instance_site._registry, key=lambda model: model._meta.label)
