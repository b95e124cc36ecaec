"""The hierarchy in the admin of an instance: names of levels, and the tree of groups."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.where_used import Use
from apps.instances.admin import InstanceModelAdmin, instance_of
from apps.instances.admin.model_admin import Rows, Values
from apps.users import hierarchy
from apps.users.models import HierarchyGroup, HierarchyLevel
from apps.users.selectors import hierarchy_groups, path_of

if TYPE_CHECKING:
    _GroupField = ModelChoiceField[HierarchyGroup]
else:
    _GroupField = ModelChoiceField


class GroupChoice(_GroupField):
    """A group with all above it, because two may have the same name."""

    def label_from_instance(self, obj: HierarchyGroup) -> str:
        return path_of(obj)


class HierarchyLevelAdmin(InstanceModelAdmin[HierarchyLevel]):
    """Named from the top; the next one is added below the lowest."""

    resource = "AgentGrouping"
    list_display = ("name", "number")
    fields = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The catalogue has no right of its own for it."""
        return self.may(request, "Edit")

    def save_row(
        self, request: HttpRequest, row: HierarchyLevel | None, values: Values, rows: Rows
    ) -> HierarchyLevel:
        number = HierarchyLevel.objects.count() + 1 if row is None else row.number
        return hierarchy.name_level(
            instance=instance_of(request), number=number, name=values["name"]
        )

    def delete_row(self, request: HttpRequest, row: HierarchyLevel) -> None:
        hierarchy.remove_level(row)


class HierarchyGroupAdmin(InstanceModelAdmin[HierarchyGroup]):
    """A group's place is chosen once; people are moved on their own page, or many on their list."""

    resource = "AgentGrouping"
    switches = ("is_enabled",)
    list_display = ("path", "level", "people", "is_enabled")
    list_filter = ("level", "is_enabled")
    search_fields = ("name", "parent__name")
    fields = ("name", "parent", "is_enabled")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The catalogue has no right of its own for it."""
        return self.may(request, "Edit")

    def get_queryset(self, request: HttpRequest) -> QuerySet[HierarchyGroup]:
        groups = super().get_queryset(request) & hierarchy_groups()
        return groups.annotate(people=Count("users"))

    def get_readonly_fields(
        self, request: HttpRequest, obj: HierarchyGroup | None = None
    ) -> tuple[str, ...]:
        placed = ("parent",) if obj is not None else ()
        switches = obj is not None and self.may(request, "EnableAndDisable")
        return placed if switches else (*placed, "is_enabled")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            kwargs |= {"form_class": GroupChoice, "queryset": hierarchy_groups()}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def where_used(self, row: HierarchyGroup) -> list[Use]:
        return [
            Use(_("groups below it"), tuple(map(str, row.children.all()))),
            Use(_("people"), tuple(map(str, row.users.all()))),
        ]

    @admin.display(description=_("group"), ordering="name")
    def path(self, group: HierarchyGroup) -> str:
        return path_of(group)

    @admin.display(description=_("people"), ordering="people")
    def people(self, group: Any) -> int:
        count: int = group.people
        return count

    def save_row(
        self, request: HttpRequest, row: HierarchyGroup | None, values: Values, rows: Rows
    ) -> HierarchyGroup:
        if row is None:
            return hierarchy.create_group(instance=instance_of(request), **values)
        return hierarchy.change_group(row, **values)

    def delete_row(self, request: HttpRequest, row: HierarchyGroup) -> None:
        hierarchy.delete_group(row)
