"""Base of the pages of `/admin/`: what belongs to the installation and to no instance."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from apps.instances.admin.model_admin import InstanceModelAdmin

M = TypeVar("M", bound=Model)


class OperatorModelAdmin(InstanceModelAdmin[M]):
    """Saves and refuses as the pages of an instance do. Whoever gets in may do everything."""

    resource = "installation"

    def may(self, request: HttpRequest, action: str) -> bool:
        """The site has let operators in and nobody else."""
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        rows: QuerySet[M] = self.model._default_manager.all()
        return rows

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Historical changes are read at an instance; here there is the page of the row."""
        return HttpResponseRedirect("../change/")
