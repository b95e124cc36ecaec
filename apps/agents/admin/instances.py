"""Instances in the operators' admin: made complete, switched off, given other quotas."""

from typing import Any

from django.contrib.admin import display
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.agents.services.founding import FirstAdmin, create_complete_instance
from apps.core.unit_of_work import unit_of_work
from apps.instances.admin import acting_user
from apps.instances.admin.instance_form import (
    ADMIN_FIELDS,
    QUOTA,
    SETTINGS,
    FoundingForm,
    OperatorForm,
)
from apps.instances.admin.model_admin import Rows, Values
from apps.instances.admin.operators import OperatorModelAdmin
from apps.instances.domain.quotas import CATALOGUE
from apps.instances.models import Instance
from apps.instances.selectors import access_path
from apps.instances.services.instances import update_instance
from apps.instances.services.quotas import set_quotas


class InstanceAdmin(OperatorModelAdmin[Instance]):
    switches = ("is_active",)
    list_display = ("name", "alias", "is_active", "country", "time_zone", "login_page", "its_admin")
    list_filter = ("is_active",)
    search_fields = ("name", "alias")
    ordering = ("alias",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """An instance is switched off; its records and its history stay."""
        return False

    def get_urls(self) -> list[URLPattern]:
        return [each for each in super().get_urls() if not str(each.name).endswith("_delete")]

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        kwargs["form"] = FoundingForm if obj is None else OperatorForm
        return super().get_form(request, obj, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """People have bookmarked the alias (SR-014)."""
        return () if obj is None else ("alias",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            fields = ("alias", "name", "country", "time_zone", "language")
            return (
                (None, {"fields": fields}),
                (_("First administrator"), {"fields": ADMIN_FIELDS}),
            )
        quotas = tuple(QUOTA + each.name for each in CATALOGUE)
        return (
            (_("Address and state"), {"fields": ("alias", "is_active")}),
            *SETTINGS,
            (_("Quotas"), {"fields": ("call_quota", *quotas)}),
        )

    def save_row(
        self, request: HttpRequest, row: Instance | None, values: Values, rows: Rows
    ) -> Instance:
        actor = acting_user(request)
        if row is None:
            admin = FirstAdmin(**{name: values.pop(name) for name in ADMIN_FIELDS})
            return create_complete_instance(admin=admin, acting_user=actor, **values)
        quotas = {name: values.pop(QUOTA + name) for name in (each.name for each in CATALOGUE)}
        changed = {k: v for k, v in values.items() if v != getattr(row, k)}
        with unit_of_work():
            set_quotas(row, quotas, acting_user=actor)
            return update_instance(row, acting_user=actor, **changed) if changed else row

    @display(description=_("Login URL"))
    def login_page(self, row: Instance) -> str:
        return _link(access_path(row))

    @display(description=_("Admin"))
    def its_admin(self, row: Instance) -> str:
        return _link(f"/{row.alias}/admin/")


def _link(path: str) -> str:
    return format_html('<a href="{}">{}</a>', path, path)
