"""The numbers of an instance: claim, describe, attach a flow, release."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.unit_of_work import unit_of_work
from apps.core.where_used import Use
from apps.flows.models import ContactFlow, FlowType
from apps.instances.admin import InstanceModelAdmin, acting_user, instance_of
from apps.instances.admin.model_admin import Rows, Values
from apps.instances.referring import uses_of
from apps.numbers.admin.claiming import ClaimForm, Search
from apps.numbers.domain.e164 import display
from apps.numbers.models import PhoneNumber
from apps.numbers.selectors import phone_numbers
from apps.numbers.services import numbers

NO_FLOW = _("No flow: calls to this number fail")


class AnsweredFilter(admin.SimpleListFilter):
    title = _("calls")
    parameter_name = "calls"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("answered", gettext("Answered by a flow")), ("fail", gettext("Fail"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PhoneNumber]
    ) -> QuerySet[PhoneNumber]:
        if self.value() is None:
            return queryset
        return queryset.filter(flow__isnull=self.value() == "fail")


class PhoneNumberAdmin(InstanceModelAdmin[PhoneNumber]):
    """A number is claimed from the pool of the installation and given back to it."""

    resource = "PhoneNumbers"
    list_display = ("written", "kind", "description", "answered_by")
    list_filter = ("kind", AnsweredFilter, ("flow", admin.RelatedOnlyFieldListFilter))
    search_fields = ("e164", "description", "flow__name")
    search_help_text = _("Digits of the number, its description or its flow.")
    readonly_fields = ("written", "kind")
    delete_confirmation_template = "admin/numbers/release.html"
    change_form_outer_before_template = "admin/numbers/find.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "Claim")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "Release")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PhoneNumber]:
        return phone_numbers().filter(instance=instance_of(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        first = ("number",) if obj is None else ("written", "kind")
        return (*first, "description", "flow")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        form = super().get_form(request, obj, change, form=ClaimForm, **kwargs)
        return type(form.__name__, (form,), {"search": Search.of(request)})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        extra = {"title": gettext("Claim a phone number"), "search": Search.of(request)}
        return super().add_view(request, form_url, extra | (extra_context or {}))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The flows that can answer a call."""
        if db_field.name == "flow":
            published = ContactFlow.objects.filter(
                instance=instance_of(request),
                kind=FlowType.CONTACT_FLOW,
                published__isnull=False,
            )
            kwargs["queryset"] = published.defer("draft")
            kwargs["empty_label"] = NO_FLOW
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("number"), ordering="e164")
    def written(self, row: PhoneNumber) -> str:
        return display(row.e164)

    @admin.display(description=_("contact flow"), ordering="flow__name")
    def answered_by(self, row: PhoneNumber) -> str:
        return row.flow.name if row.flow else str(NO_FLOW)

    def where_used(self, row: PhoneNumber) -> list[Use]:
        return uses_of(row)

    def save_row(
        self, request: HttpRequest, row: PhoneNumber | None, values: Values, rows: Rows
    ) -> PhoneNumber:
        who = acting_user(request)
        if row is None:
            return numbers.claim_from_pool(
                instance=instance_of(request),
                number=values["number"],
                description=values["description"],
                flow=values["flow"],
                acting_user=who,
            )
        with unit_of_work():
            numbers.describe(row, values["description"], acting_user=who)
            return numbers.attach_flow(row, values["flow"], acting_user=who)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What becomes of each number, before anybody says yes."""
        free_again = date_format(clock.now() + numbers.COOL_DOWN, "DATE_FORMAT")
        return [_consequence(row, free_again) for row in objs], {}, set(), []

    def get_actions(self, request: HttpRequest) -> Any:
        """The usual one under the word of these pages."""
        actions: dict[str, Any] = super().get_actions(request)
        if "delete_selected" in actions:
            act, name, _of_django = actions["delete_selected"]
            actions["delete_selected"] = (act, name, gettext("Release the chosen numbers"))
        return actions

    def delete_row(self, request: HttpRequest, row: PhoneNumber) -> None:
        numbers.release_number(row, acting_user=acting_user(request))


def _consequence(row: PhoneNumber, free_again: str) -> str:
    facts = {"number": display(row.e164), "flow": row.flow, "day": free_again}
    if row.flow is None:
        return gettext("%(number)s: nobody can claim it before %(day)s.") % facts
    return (
        gettext(
            "%(number)s: calls to it no longer reach the flow “%(flow)s” but fail, "
            "and nobody can claim it before %(day)s."
        )
        % facts
    )
