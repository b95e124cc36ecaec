"""Security profiles in the admin of an instance, with the editor of their permissions."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from apps.core.unit_of_work import unit_of_work
from apps.core.where_used import Use
from apps.instances.admin import InstanceModelAdmin, acting_user, instance_of, rights_of
from apps.instances.admin.model_admin import Rows, Values
from apps.instances.admin.widgets import CHECKBOX
from apps.security_profiles import services
from apps.security_profiles.domain.catalogue import expand
from apps.security_profiles.domain.editor import NOT_OFFERED, OFFERED, groups
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.selectors import holders_of, permissions_in

MORE_THAN_YOURS = _(
    "This profile allows what your own profiles do not, so you can look at it but not change it."
)


class PermissionBoxes(forms.CheckboxSelectMultiple):
    """A tick box for each permission; those that the person does not hold cannot be ticked."""

    def __init__(self, *, held: frozenset[str]) -> None:
        super().__init__()
        self.held = held

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = {
            "groups": groups(),
            "name": name,
            "ticked": expand(value or ()),
            "held": self.held,
            "lacks_some": any(permission.name not in self.held for permission in OFFERED),
            "checkbox": CHECKBOX,
        }
        return mark_safe(render_to_string("admin/permissions.html", context))  # noqa: S308


class SecurityProfileAdmin(InstanceModelAdmin[SecurityProfile]):
    """What somebody may not give, they see but cannot tick (S-04)."""

    resource = "SecurityProfiles"
    list_display = ("name", "description", "people")
    search_fields = ("name", "description")

    class Media:
        js: ClassVar[list[object]] = [
            forms.Script("connect/js/admin/permissions.js", type="module")
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SecurityProfile]:
        return super().get_queryset(request).annotate(people=Count("group__user"))

    def get_fieldsets(self, request: HttpRequest, obj: SecurityProfile | None = None) -> Any:
        about = MORE_THAN_YOURS if obj is not None and self._holds_more(request, obj) else ""
        return (
            (None, {"fields": ("name", "description"), "description": about}),
            (None, {"fields": ("permissions",)}),
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        boxes = forms.MultipleChoiceField(
            label=_("Permissions"),
            choices=[(permission.name, permission.name) for permission in OFFERED],
            required=False,
            initial=sorted(permissions_in(obj)) if obj is not None else [],
            widget=PermissionBoxes(held=rights_of(request)),
        )
        kwargs["form"] = type("ProfileForm", (self.form,), {"permissions": boxes})
        return super().get_form(request, obj, change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not self._holds_more(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not self._holds_more(request, obj))

    def _holds_more(self, request: HttpRequest, profile: SecurityProfile) -> bool:
        return not permissions_in(profile) <= rights_of(request)

    @admin.display(description=_("people"), ordering="people")
    def people(self, profile: Any) -> int:
        count: int = profile.people
        return count

    @admin.display(description=_("Permissions"))
    def permissions(self, profile: SecurityProfile) -> SafeString:
        """For those who may only look."""
        boxes = PermissionBoxes(held=frozenset())
        return boxes.render("permissions", permissions_in(profile))

    def where_used(self, row: SecurityProfile) -> list[Use]:
        return [Use(_("people"), tuple(map(str, holders_of(row))))]

    def save_row(
        self, request: HttpRequest, row: SecurityProfile | None, values: Values, rows: Rows
    ) -> SecurityProfile:
        by = acting_user(request)
        if row is None:
            return services.create_profile(instance=instance_of(request), **values, acting_user=by)
        chosen = set(values.pop("permissions"))
        with unit_of_work():
            services.change_profile(row, **values, acting_user=by)
            kept = permissions_in(row) & NOT_OFFERED
            services.set_permissions(row, permissions=chosen | kept, acting_user=by)
        return row

    def delete_row(self, request: HttpRequest, row: SecurityProfile) -> None:
        services.delete_profile(row, acting_user=acting_user(request))
