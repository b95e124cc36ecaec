"""Queues. The agents' own ones are not among them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.unit_of_work import unit_of_work
from apps.core.where_used import Use
from apps.flows.models import FlowType
from apps.instances.admin import (
    InstanceModelAdmin,
    RefusableForm,
    RowsField,
    acting_user,
    instance_of,
    widgets,
)
from apps.instances.admin.model_admin import Rows, Values
from apps.routing.admin.choices import usable_flows
from apps.routing.admin.quick_connects import NOT_OFFERED_YET
from apps.routing.admin.renaming import tell_of_flows_left_behind
from apps.routing.models import Queue, QuickConnect
from apps.routing.selectors.queues import standard_queues
from apps.routing.selectors.where_used import uses_of_queue
from apps.routing.services.queues import (
    change_queue,
    create_queue,
    set_enabled,
    set_quick_connects,
)


class QueueForm(RefusableForm):
    quick_connects = RowsField(
        label=_("Quick connects"),
        queryset=QuickConnect.objects.none(),
        required=False,
        widget=widgets.searchable_several(),
        help_text=_("For transfers, to the agents whose routing profile has this queue."),
    )

    class Meta:
        help_texts = {
            "is_enabled": _("Disabled, it takes no new contacts; those who wait are still served."),
            "hours": _("Flows ask them; a queue does not refuse callers by itself."),
            "max_contacts": _(
                "When so many wait, the flow takes the branch At capacity. Empty: as many as the "
                "instance may have calls at once."
            ),
            "outbound_name": _("Shown to those who are called, where their network shows names."),
            "outbound_number": _("Shown to those who are called; one of this instance's numbers."),
            "outbound_whisper": _("What those who are called hear first. Published flows only."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "quick_connects" in self.fields:
            choice: Any = self.fields["quick_connects"]
            choice.queryset = QuickConnect.objects.all()
            if self.instance.pk is not None:
                choice.initial = self.instance.quick_connects.all()


class QueueAdmin(InstanceModelAdmin[Queue]):
    """To enable and to disable needs a right of its own; nobody deletes a queue."""

    resource = "Queues"
    switches = ("is_enabled",)
    form = QueueForm
    list_display = ("name", "description", "is_enabled", "hours", "profiles", "max_contacts")
    list_filter = ("is_enabled", "hours")
    search_fields = ("name", "description")
    actions = ("enable", "disable")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Queue]:
        rows = standard_queues().filter(instance=instance_of(request))
        return rows.annotate(profile_count=Count("entries__profile", distinct=True))

    def get_fieldsets(self, request: HttpRequest, obj: Queue | None = None) -> Any:
        switch = () if obj is None else ("is_enabled",)
        may_write = obj is None or self.has_change_permission(request, obj)
        offered = "quick_connects" if may_write else "offered"
        outbound = ("outbound_name", "outbound_number", "outbound_whisper")
        return (
            (None, {"fields": ("name", "description", *switch, "hours", "max_contacts")}),
            (_("Transfers"), {"fields": (offered,), "description": NOT_OFFERED_YET}),
            (_("Outbound calls"), {"fields": outbound}),
        )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Queue | None = None
    ) -> tuple[str, ...]:
        may_switch = self.may(request, "EnableAndDisable")
        return ("offered",) if may_switch else ("offered", "is_enabled")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "outbound_whisper":
            kwargs["queryset"] = usable_flows(FlowType.OUTBOUND_WHISPER)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.required = field.required or db_field.name == "hours"
        return field

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Contacts and reports refer to it for ever."""
        return False

    def has_switch_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "EnableAndDisable")

    @admin.display(description=_("routing profiles"), ordering="profile_count")
    def profiles(self, row: Queue) -> int:
        count: int = row.profile_count  # type: ignore[attr-defined]  # annotated
        return count

    @admin.display(description=_("quick connects"))
    def offered(self, row: Queue) -> str:
        return ", ".join(map(str, row.quick_connects.all())) or "–"

    @admin.action(description=_("Enable selected queues"), permissions=["switch"])
    def enable(self, request: HttpRequest, rows: QuerySet[Queue]) -> None:
        count = self._switch(request, rows, is_enabled=True)
        sentence = ngettext("%d queue is enabled.", "%d queues are enabled.", count)
        self.message_user(request, sentence % count, messages.SUCCESS)

    @admin.action(description=_("Disable selected queues"), permissions=["switch"])
    def disable(self, request: HttpRequest, rows: QuerySet[Queue]) -> None:
        count = self._switch(request, rows, is_enabled=False)
        sentence = ngettext(
            "%d queue is disabled. Those who wait in it are still served.",
            "%d queues are disabled. Those who wait in them are still served.",
            count,
        )
        self.message_user(request, sentence % count, messages.SUCCESS)

    def where_used(self, row: Queue) -> list[Use]:
        return uses_of_queue(row)

    def save_row(
        self, request: HttpRequest, row: Queue | None, values: Values, rows: Rows
    ) -> Queue:
        quick_connects = values.pop("quick_connects")
        is_enabled = values.pop("is_enabled", None)
        who = acting_user(request)
        with unit_of_work():
            if row is None:
                saved = create_queue(instance=instance_of(request), acting_user=who, **values)
            else:
                saved = change_queue(row, acting_user=who, **values)
            set_quick_connects(saved, quick_connects, acting_user=who)
            if is_enabled is not None:
                saved = set_enabled(saved, is_enabled=is_enabled, acting_user=who)
        if row is not None:
            tell_of_flows_left_behind(self, request, "queue", saved, old_name=row.name)
        return saved

    def _switch(self, request: HttpRequest, rows: QuerySet[Queue], *, is_enabled: bool) -> int:
        who = acting_user(request)
        with unit_of_work():
            for row in rows:
                set_enabled(row, is_enabled=is_enabled, acting_user=who)
        return len(rows)
