"""Historical changes of the installation itself, for operators: instances, the pool, operators."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from apps.audit import wording
from apps.audit.models import AuditEntry
from apps.instances.admin.operators import OperatorModelAdmin

PAGES = ("_changelist", "_change")


class AuditEntryAdmin(OperatorModelAdmin[AuditEntry]):
    """To read only. What belongs to an instance is read there, at `/<alias>/changes`."""

    list_display = ("at", "who", "through", "what", "name")
    list_display_links = ("at", "what")
    list_filter = ("action", "door", ("content_type", admin.RelatedOnlyFieldListFilter))
    search_fields = ("object_repr", "actor_name", "cid")
    search_help_text = _("A part of a name, or the id of a request")
    date_hierarchy = "timestamp"
    fields = ("at", "who", "through", "address", "what", "name", "told", "request_id")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        own = super().get_queryset(request).filter(instance=None)
        return own.select_related("content_type", "actor")

    def get_urls(self) -> list[URLPattern]:
        return [each for each in super().get_urls() if str(each.name).endswith(PAGES)]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    @admin.display(description=_("when"), ordering="timestamp")
    def at(self, entry: AuditEntry) -> str:
        return date_format(localtime(entry.timestamp), "j M Y H:i:s")

    @admin.display(description=_("name"), ordering="object_repr")
    def name(self, entry: AuditEntry) -> str:
        return str(entry.object_repr)

    @admin.display(description=_("address"))
    def address(self, entry: AuditEntry) -> str:
        return entry.remote_addr or ""

    @admin.display(description=_("request"))
    def request_id(self, entry: AuditEntry) -> str:
        return entry.cid or ""

    @admin.display(description=_("who"), ordering="actor_name")
    def who(self, entry: AuditEntry) -> str:
        return wording.who(entry)

    @admin.display(description=_("door"), ordering="door")
    def through(self, entry: AuditEntry) -> str:
        return wording.door(entry)

    @admin.display(description=_("what"))
    def what(self, entry: AuditEntry) -> str:
        return f"{wording.verb(entry)}: {wording.kind_label(entry.content_type.model_class())}"

    @admin.display(description=_("before and after"))
    def told(self, entry: AuditEntry) -> SafeString:
        lines = (
            (line.label, ", ".join(line.before), ", ".join(line.after))
            for line in wording.lines(entry)
        )
        return format_html_join("", "<p><strong>{}</strong>: {} → {}</p>", lines)
