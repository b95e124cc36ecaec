"""Contact flows, to read: what they are, what runs, what uses them."""

import json
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.core.where_used import Use
from apps.flows.models import ContactFlow, FlowVersion
from apps.flows.selectors import contact_flows, flows_referring_to
from apps.instances.admin import InstanceInline, InstanceModelAdmin, instance_of
from apps.instances.referring import uses_counted, uses_of, with_uses_counted


def flows_using(flows: list[ContactFlow]) -> Use:
    kind = ngettext("contact flow", "contact flows", len(flows))
    return Use(kind, tuple(flow.name for flow in flows))


def _in_words(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")


class ReadOnly:
    """Flows are changed in the editor, not here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class PublishedFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("published", gettext("Published")), ("draft", gettext("Draft"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ContactFlow]
    ) -> QuerySet[ContactFlow]:
        if self.value() is None:
            return queryset
        return queryset.filter(published__isnull=self.value() == "draft")


class Versions(ReadOnly, InstanceInline):
    model = FlowVersion
    fields = readonly_fields = ("version", "published_at")
    verbose_name_plural = _("Published versions")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FlowVersion]:
        return FlowVersion.objects.defer("content").order_by("-number")

    @admin.display(description=_("version"))
    def version(self, row: FlowVersion) -> str:
        address = reverse("admin:flows_flowversion_change", args=[row.pk])
        return format_html('<a class="link" href="{}">{}</a>', address, row.number)

    @admin.display(description=_("published at"))
    def published_at(self, row: FlowVersion) -> str:
        return _in_words(row.created_at)


class ContactFlowAdmin(ReadOnly, InstanceModelAdmin[ContactFlow]):
    """A flow that never was published runs nowhere and can be assigned to nothing (SR-095)."""

    resource = "ContactFlows"
    list_display = ("name", "kind", "state", "default", "used_by")
    list_filter = ("kind", PublishedFilter, "is_default")
    search_fields = ("name", "description")
    fields = ("name", "kind", "description", "state", "default")
    inlines = (Versions,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactFlow]:
        return with_uses_counted(contact_flows()).filter(instance=instance_of(request))

    @admin.display(description=_("state"), ordering="published__number")
    def state(self, row: ContactFlow) -> str:
        if row.published is None:
            return gettext("Draft")
        return gettext("Published, version %d") % row.published.number

    @admin.display(description=_("default"), ordering="is_default", empty_value="–")
    def default(self, row: ContactFlow) -> str | None:
        return gettext("Default of its type") if row.is_default else None

    @admin.display(description=_("used by"), empty_value="–")
    def used_by(self, row: ContactFlow) -> str | None:
        return uses_counted(row) or None

    def where_used(self, row: ContactFlow) -> list[Use]:
        flows = flows_referring_to("flow", row.public_id, row.name)
        return [*uses_of(row), flows_using([flow for flow in flows if flow.pk != row.pk])]


class FlowVersionAdmin(ReadOnly, InstanceModelAdmin[FlowVersion]):
    """What contacts ran, or run, block by block as it was published."""

    resource = "ContactFlows"
    list_display = ("flow", "number", "published_at")
    list_filter = (("flow", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("flow",)
    search_fields = ("flow__name",)
    ordering = ("flow__name", "-number")
    fields = readonly_fields = ("flow", "number", "published_at", "document")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FlowVersion]:
        return FlowVersion.objects.select_related("flow").filter(instance=instance_of(request))

    @admin.display(description=_("published at"), ordering="created_at")
    def published_at(self, row: FlowVersion) -> str:
        return _in_words(row.created_at)

    @admin.display(description=_("content"))
    def document(self, row: FlowVersion) -> str:
        text = json.dumps(row.content, indent=2, ensure_ascii=False)
        return format_html('<pre class="document" tabindex="0">{}</pre>', text)
