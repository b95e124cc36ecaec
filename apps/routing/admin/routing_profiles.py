"""Routing profiles with the queues they serve."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.unit_of_work import unit_of_work
from apps.core.where_used import Use
from apps.instances.admin import (
    InstanceInline,
    InstanceModelAdmin,
    RefusableForm,
    acting_user,
    instance_of,
)
from apps.instances.admin.model_admin import Rows, Values
from apps.routing.admin.choices import QueueChoice
from apps.routing.models import RoutingProfile, RoutingProfileQueue
from apps.routing.selectors.queues import standard_queues
from apps.routing.selectors.routing_profiles import routing_profiles
from apps.routing.selectors.where_used import uses_of_profile
from apps.routing.services.routing_profiles import (
    Entry,
    change_routing_profile,
    create_routing_profile,
    set_entries,
)


class _OffersQueues:
    """Standard queues only, the disabled ones marked."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= {"queryset": standard_queues(), "form_class": QueueChoice}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class EntryForm(RefusableForm):
    class Meta:
        help_texts = {
            "priority": _("1 to 99; 1 comes first."),
            "delay_seconds": _("How long a contact must have waited before it counts."),
        }


class Entries(_OffersQueues, InstanceInline):
    model = RoutingProfileQueue
    form = EntryForm
    fields = ("queue", "priority", "delay_seconds")
    verbose_name = _("queue")
    verbose_name_plural = _("Queues")


class RoutingProfileForm(RefusableForm):
    class Meta:
        help_texts = {
            "description": _("What kind of agents this is for."),
            "default_outbound_queue": _("Its caller number and name are shown on outbound calls."),
        }


class RoutingProfileAdmin(_OffersQueues, InstanceModelAdmin[RoutingProfile]):
    """A change counts at once, for those who wait already as well; nobody deletes a profile."""

    resource = "RoutingPolicies"
    form = RoutingProfileForm
    inlines = (Entries,)
    list_display = ("name", "description", "served", "staff", "default_outbound_queue")
    search_fields = ("name", "description", "entries__queue__name")
    fields = ("name", "description", "default_outbound_queue")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoutingProfile]:
        rows = routing_profiles().filter(instance=instance_of(request))
        present = Q(agents__user__deleted_at=None)
        return rows.annotate(agent_count=Count("agents", filter=present, distinct=True))

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=_("queues"))
    def served(self, row: RoutingProfile) -> int:
        return len(row.entries.all())

    @admin.display(description=_("agents"), ordering="agent_count")
    def staff(self, row: RoutingProfile) -> int:
        count: int = row.agent_count  # type: ignore[attr-defined]  # annotated
        return count

    def where_used(self, row: RoutingProfile) -> list[Use]:
        return uses_of_profile(row)

    def save_row(
        self, request: HttpRequest, row: RoutingProfile | None, values: Values, rows: Rows
    ) -> RoutingProfile:
        entries = [
            Entry(
                queue=each["queue"],
                priority=each["priority"],
                delay_seconds=each["delay_seconds"],
            )
            for each in rows["routingprofilequeue"]
        ]
        who = acting_user(request)
        with unit_of_work():
            if row is None:
                outbound = values.pop("default_outbound_queue")
                return create_routing_profile(
                    instance=instance_of(request),
                    outbound=outbound,
                    entries=entries,
                    acting_user=who,
                    **values,
                )
            set_entries(row, entries, acting_user=who)
            return change_routing_profile(row, acting_user=who, **values)
