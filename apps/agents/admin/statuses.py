"""Agent statuses in the admin of an instance: the smallest whole example of a page there."""

from django.http import HttpRequest

from apps.agents.models import AgentStatus
from apps.agents.services import statuses
from apps.instances.admin import InstanceModelAdmin, instance_of
from apps.instances.admin.model_admin import Rows, Values


class AgentStatusAdmin(InstanceModelAdmin[AgentStatus]):
    """Custom ones may be added; Available and Offline only get other words (SR-072)."""

    resource = "AgentStates"
    switches = ("is_enabled",)
    list_display = ("name", "description", "kind", "is_enabled", "display_order")
    list_filter = ("kind", "is_enabled")
    search_fields = ("name", "description")
    fields = ("name", "description", "is_enabled", "display_order")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The catalogue has no right for it: a status is switched off, its history stays."""
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: AgentStatus | None = None
    ) -> tuple[str, ...]:
        is_default = obj is not None and obj.kind != AgentStatus.Kind.CUSTOM
        may_switch = self.may(request, "EnableAndDisable")
        return () if may_switch and obj is not None and not is_default else ("is_enabled",)

    def save_row(
        self, request: HttpRequest, row: AgentStatus | None, values: Values, rows: Rows
    ) -> AgentStatus:
        if row is None:
            return statuses.create_status(instance=instance_of(request), **values)
        return statuses.change_status(row, **values)
