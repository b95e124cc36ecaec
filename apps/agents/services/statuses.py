"""The only writer of agent statuses: what agents of an instance may choose."""

from typing import Any

from django.db.models import F, ProtectedError
from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent, AgentStatus, Panel
from apps.core.errors import Conflict, InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.instances.saving import locked, save_named, take
from apps.instances.services.quotas import check_room

_CHANGEABLE = frozenset({"name", "description", "is_enabled", "display_order"})


class StatusNameTaken(InvalidInput):
    """Compared without case, blanks and Unicode variants."""

    code = "STATUS_NAME_TAKEN"
    message = _("Another status of this instance already has this name.")


class DefaultStatus(Conflict):
    """Available and Offline (SR-072)."""

    code = "DEFAULT_STATUS"
    message = _("Every agent needs this status. Give it another name if you like, but keep it.")


class StatusInUse(Conflict):
    """Somebody's history or present refers to it."""

    code = "STATUS_IN_USE"
    message = _("Agents have used this status, so its history is kept. Switch it off instead.")


def create_default_statuses(instance: Instance) -> None:
    """Available and Offline; both may be renamed, neither deleted nor switched off (SR-072)."""
    kinds = AgentStatus.Kind
    for order, (name, kind) in enumerate(
        [("Available", kinds.ROUTABLE), ("Offline", kinds.OFFLINE)]
    ):
        AgentStatus.objects.create(instance=instance, name=name, kind=kind, display_order=order + 1)


def create_status(
    *, instance: Instance, name: str, description: str = "", display_order: int = 1
) -> AgentStatus:
    """A custom status: who chooses it is offered no contact. Open panels list it in two seconds."""
    status = AgentStatus(
        instance=instance, name=name, description=description, display_order=display_order
    )
    with unit_of_work():
        check_room(instance, "agent_statuses", AgentStatus.objects.all())
        _save(status)
    return status


def change_status(status: AgentStatus, **changes: Any) -> AgentStatus:
    """Change `name`, `description`, `is_enabled` or `display_order`.

    Switched off, it is offered to nobody any more; who is in it stays until another is chosen.
    """
    with unit_of_work():
        fresh = locked(status, instance_first=True)
        if changes.get("is_enabled") is False:
            _keep_default(fresh)
        take(fresh, changes, allowed=_CHANGEABLE)
        _save(fresh)
    return fresh


def delete_status(status: AgentStatus) -> None:
    """Delete a status that nobody has ever used."""
    _keep_default(status)
    with unit_of_work():
        instance_id = status.instance_id
        try:
            status.delete()
        except ProtectedError:
            raise StatusInUse from None
        _show(instance_id)


def _keep_default(status: AgentStatus) -> None:
    if status.kind != AgentStatus.Kind.CUSTOM:
        raise DefaultStatus


def _save(status: AgentStatus) -> None:
    save_named(status, among=AgentStatus.objects.all(), taken=StatusNameTaken)
    _show(status.instance_id)


def _show(instance_id: int) -> None:
    """Every open panel lists the statuses: a new number makes its process fetch the picture.

    No agent's own state changes by it, and to draw a thousand pictures in this transaction would
    keep everybody else waiting. Locked in the order of their keys, like all who take several.
    """
    panels = Panel.objects.filter(instance_id=instance_id).order_by().values("agent_id")
    agents = Agent.objects.filter(pk__in=panels).select_for_update(no_key=True).order_by("pk")
    keys = list(agents.values_list("pk", flat=True))
    shown = Agent.objects.filter(pk__in=keys)
    shown.update(snapshot_sequence=F("snapshot_sequence") + 1)
