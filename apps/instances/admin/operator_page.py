"""Base of pages in the operators' admin: rows of all instances, saved through services too."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from apps.core.models import PublicIdModel
from apps.instances.admin.model_admin import InstanceModelAdmin

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

M = TypeVar("M", bound=PublicIdModel)

PAGES = frozenset({"changelist", "add", "change"})


class OperatorModelAdmin(InstanceModelAdmin[M]):
    """Whoever may open the operators' admin may do everything here but delete."""

    def may(self, request: HttpRequest, action: str) -> bool:
        return action != "Delete" and self.admin_site.has_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        page: ModelAdmin[M] = super(InstanceModelAdmin, self)  # type: ignore[assignment]
        return page.get_queryset(request)

    def get_urls(self) -> list[URLPattern]:
        """No history: the historical changes are shown by instance."""
        urls: list[Any] = super().get_urls()
        return [each for each in urls if str(each.name).rpartition("_")[2] in PAGES]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        context["show_history"] = False
        return super().render_change_form(request, context, *args, **kwargs)
