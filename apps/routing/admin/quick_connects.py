"""Quick connects: three types, each with what it needs, and who sees them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.errors import DomainError
from apps.core.where_used import Use
from apps.flows.models import ContactFlow
from apps.instances.admin import (
    InstanceModelAdmin,
    RefusableForm,
    acting_user,
    instance_of,
    widgets,
)
from apps.instances.admin.model_admin import Rows, Values
from apps.numbers.domain.e164 import display
from apps.routing.admin.choices import usable_flows
from apps.routing.domain.visibility import Hidden
from apps.routing.models import QuickConnect
from apps.routing.selectors.queues import standard_queues
from apps.routing.selectors.quick_connects import quick_connects, visibility, with_visibility
from apps.routing.selectors.where_used import uses_of_quick_connect
from apps.routing.services.quick_connects import (
    FLOW_TYPES,
    change_quick_connect,
    create_quick_connect,
    delete_quick_connect,
)
from apps.users.models import User

NOT_OFFERED_YET = _("Transfers are to come: until then the panel offers no quick connects.")

_Kind = QuickConnect.Kind
_WHY_HIDDEN = {
    Hidden.ON_NO_QUEUE: _("Visible to nobody: it is on no queue."),
    Hidden.IN_NO_PROFILE: _("Visible to nobody: its queues are in no routing profile."),
    Hidden.NOBODY: _("Visible to nobody: no agent has a routing profile with its queues."),
}
# The form's field for each part of a destination, by type; `flow` is asked for by type, because
# only matching ones are offered (SR-097).
_PARTS: dict[str, dict[str, str]] = {
    _Kind.USER: {"user": "user", "flow": "agent_flow"},
    _Kind.QUEUE: {"queue": "queue", "flow": "queue_flow"},
    _Kind.PHONE_NUMBER: {"e164": "number"},
}
_NOTHING: Values = {"user": None, "queue": None, "e164": "", "flow": None}


def _flow_field(help_text: Any) -> "forms.ModelChoiceField[ContactFlow]":
    return forms.ModelChoiceField(
        label=_("Transfer flow"),
        queryset=ContactFlow.objects.none(),
        empty_label=_("Select value"),
        required=False,
        widget=widgets.select(),
        help_text=help_text,
    )


class QuickConnectForm(RefusableForm):
    """Asks for the parts of every type; the page shows those of the chosen one."""

    agent_flow = _flow_field(_("Published flows of the type Transfer to agent."))
    queue_flow = _flow_field(_("Published flows of the type Transfer to queue."))
    number = forms.CharField(
        label=_("Phone number"),
        max_length=100,
        required=False,
        widget=widgets.text(),
        help_text=_("With + and country code, or as dialled in the country of this instance."),
    )

    class Meta:
        help_texts = {
            "description": _("What agents should know before they transfer."),
            "kind": _("An agent and a queue are reached through a flow, a number directly."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: QuickConnect = self.instance
        for kind, flow_type in FLOW_TYPES.items():
            self._offer(_PARTS[kind]["flow"], usable_flows(flow_type))
            self.initial[_PARTS[kind]["flow"]] = row.flow_id if row.kind == kind else None
        self.initial["number"] = row.e164
        if "description" in self.fields:
            self.fields["description"].required = True  # SR-099

    def _offer(self, name: str, flows: QuerySet[ContactFlow]) -> None:
        field: Any = self.fields[name]
        field.queryset = flows

    def _field_of(self, refusal: DomainError) -> str | None:
        named = refusal.facts.get("field", "")
        parts = _PARTS.get(self.cleaned_data.get("kind", ""), {})
        return parts.get(named) or super()._field_of(refusal)


class QuickConnectAdmin(InstanceModelAdmin[QuickConnect]):
    """Put on queues at the queue's page.

    Every agent holds the right to view them, for the panel; that alone opens no page (SR-022).
    """

    resource = "TransferDestinations"
    form = QuickConnectForm
    list_display = ("name", "description", "kind", "destination", "visible")
    list_filter = ("kind", "queues")
    search_fields = ("name", "description", "e164", "user__username", "queue__name")
    readonly_fields = ("destination", "visible", "flow")
    conditional_fields = {
        field: f"kind == '{kind}'" for kind, parts in _PARTS.items() for field in parts.values()
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuickConnect]:
        return with_visibility(quick_connects().filter(instance=instance_of(request)))

    def get_fieldsets(self, request: HttpRequest, obj: QuickConnect | None = None) -> Any:
        may_write = obj is None or self.has_change_permission(request, obj)
        asked = [field for parts in _PARTS.values() for field in parts.values()]
        parts = asked if may_write else ["destination", "flow"]
        who = {"fields": ("visible",), "description": NOT_OFFERED_YET}
        seen = () if obj is None else ((_("Who sees it"), who),)
        return (
            (None, {"fields": ("name", "description", "kind")}),
            (_("Destination"), {"fields": parts}),
            *seen,
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return any(self.may(request, action) for action in ("Create", "Edit", "Delete"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "queue":
            kwargs["queryset"] = standard_queues()
        if db_field.name == "user":
            people = User.objects.filter(instance=instance_of(request))
            kwargs["queryset"] = people.filter(agent_queue__is_enabled=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("destination"))
    def destination(self, row: QuickConnect) -> str:
        return display(row.e164) if row.e164 else str(row.user or row.queue)

    @admin.display(description=_("visibility"))
    def visible(self, row: QuickConnect) -> str:
        seen = visibility(row)
        if seen.reason is not None:
            return str(_WHY_HIDDEN[seen.reason])
        agents = ngettext(
            "Visible to %d agent, once there are transfers",
            "Visible to %d agents, once there are transfers",
            seen.agents,
        )
        return agents % seen.agents

    def where_used(self, row: QuickConnect) -> list[Use]:
        return uses_of_quick_connect(row)

    def save_row(
        self, request: HttpRequest, row: QuickConnect | None, values: Values, rows: Rows
    ) -> QuickConnect:
        parts = _PARTS[values["kind"]]
        named = {name: values[name] for name in ("name", "description", "kind")}
        settings = named | _NOTHING | {part: values[field] for part, field in parts.items()}
        who = acting_user(request)
        if row is None:
            return create_quick_connect(instance=instance_of(request), acting_user=who, **settings)
        return change_quick_connect(row, acting_user=who, **settings)

    def delete_row(self, request: HttpRequest, row: QuickConnect) -> None:
        delete_quick_connect(row, acting_user=acting_user(request))
