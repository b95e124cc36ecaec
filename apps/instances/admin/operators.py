"""Base of the pages of `/admin/`: what belongs to the installation, saved through services too."""

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from apps.core.models import PublicIdModel
from apps.instances.admin.model_admin import InstanceModelAdmin

M = TypeVar("M", bound=PublicIdModel)
PAGES = frozenset({"changelist", "add", "change", "delete"})


class OperatorModelAdmin(InstanceModelAdmin[M]):
    """Rows of all instances or of none. Whoever may open the operators' admin may do everything."""

    resource = "installation"

    def may(self, request: HttpRequest, action: str) -> bool:
        return self.admin_site.has_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        rows: QuerySet[M] = self.model._default_manager.all()
        return rows

    def get_urls(self) -> list[URLPattern]:
        """Without the history, which is read at an instance, and without old addresses."""
        urls: list[Any] = super().get_urls()
        return [each for each in urls if str(each.name).rpartition("_")[2] in PAGES]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        context["show_history"] = False
        return super().render_change_form(request, context, *args, **kwargs)
