"""Alarms as operators see them: to read and to close, nothing else."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from apps.alarms.models import Alarm
from apps.alarms.services import close_alarm
from apps.instances.admin import OfferedListMixin

PAGES = frozenset({"changelist", "change", "history"})


if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Alarm]
else:
    _Admin = admin.ModelAdmin


class AlarmAdmin(OfferedListMixin, _Admin):
    """Rows are written by `services` alone."""

    list_display = ("message", "severity", "instance", "kind", "opened_at", "count", "closed_at")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "severity", "kind", "instance")
    list_select_related = ("instance",)
    search_fields = ("kind", "cause", "message")
    date_hierarchy = "opened_at"
    actions = ("close",)
    exclude = ("listed_at",)

    def get_urls(self) -> list[URLPattern]:
        """Without the pages for adding, changing and deleting, which nobody may use."""
        names = {f"alarms_alarm_{page}" for page in PAGES}
        return [pattern for pattern in super().get_urls() if pattern.name in names]

    @admin.action(description=_("Close the chosen alarms"), permissions=["view"])
    def close(self, request: HttpRequest, chosen: QuerySet[Alarm]) -> None:
        """Said by whom: in the row, in the log and in the alarm's history here."""
        for alarm in chosen.filter(closed_at=None):
            close_alarm(alarm.kind, alarm.cause, closed_by=request.user)  # type: ignore[arg-type]
            self.log_change(request, alarm, [{"changed": {"fields": ["closed_at"]}}])

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
