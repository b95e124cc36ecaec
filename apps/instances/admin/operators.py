"""Base of the pages of `/admin/`: what belongs to the installation and to no instance."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from apps.instances.admin.model_admin import InstanceModelAdmin

M = TypeVar("M", bound=Model)
PAGES = ("_changelist", "_add", "_change", "_delete")


class OperatorModelAdmin(InstanceModelAdmin[M]):
    """Saves and refuses as the pages of an instance do. Whoever gets in may do everything."""

    resource = "installation"

    def may(self, request: HttpRequest, action: str) -> bool:
        """The site has let operators in and nobody else."""
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        rows: QuerySet[M] = self.model._default_manager.all()
        return rows

    def get_urls(self) -> list[URLPattern]:
        """Without the history, which is read at an instance, and without old addresses."""
        return [each for each in super().get_urls() if str(each.name).endswith(PAGES)]
