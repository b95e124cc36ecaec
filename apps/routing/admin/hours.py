"""Hours of operation: a time zone, and the open times of a week."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.unit_of_work import unit_of_work
from apps.core.where_used import Use
from apps.instances.admin import (
    InstanceInline,
    InstanceModelAdmin,
    RefusableForm,
    acting_user,
    instance_of,
    widgets,
)
from apps.instances.admin.model_admin import Rows, Values
from apps.routing.admin.renaming import tell_of_flows_left_behind
from apps.routing.admin.times import TimeOfDayField, week_in_words
from apps.routing.domain.week import Stretch, wall_clock
from apps.routing.models import HoursInterval, HoursOfOperation
from apps.routing.selectors.hours import hours_of_operations, is_open
from apps.routing.selectors.where_used import uses_of_hours
from apps.routing.services.hours import change_hours, create_hours, delete_hours, set_week


@cache
def _zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(available_timezones())]


class HoursForm(RefusableForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_zones,
        widget=widgets.searchable(),
        help_text=_("Daylight saving is taken care of."),
    )

    class Meta:
        help_texts = {"description": _("What these hours are for.")}


class OpenTimeForm(RefusableForm):
    def has_changed(self) -> bool:
        """A new row counts as it stands, also one that was suggested and left alone."""
        return self.instance.pk is None or super().has_changed()


class OpenTimes(InstanceInline):
    model = HoursInterval
    form = OpenTimeForm
    verbose_name = _("open time")
    verbose_name_plural = _("Open times")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return len(_SUGGESTED) if obj is None else 0

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        times = ("start_minute", "end_minute")
        return ("weekday", *(times if self.has_change_permission(request, obj) else _WORDS))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return _WORDS

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "start_minute":
            return TimeOfDayField(is_end=False, label=_("From"))
        if db_field.name == "end_minute":
            midnight = _("Midnight (12:00 AM, 00:00) is the end of the day.")
            return TimeOfDayField(is_end=True, label=_("To"), help_text=midnight)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("from"))
    def start(self, row: HoursInterval) -> str:
        return wall_clock(row.start_minute)

    @admin.display(description=_("to"))
    def end(self, row: HoursInterval) -> str:
        return wall_clock(row.end_minute)


_WORDS = ("start", "end")
# What a new calendar begins with, to be changed or removed: office hours.
_SUGGESTED = [{"weekday": day, "start_minute": 9 * 60, "end_minute": 17 * 60} for day in range(5)]


class HoursAdmin(InstanceModelAdmin[HoursOfOperation]):
    """Several open times on a day leave breaks between them."""

    resource = "HoursOfOperation"
    form = HoursForm
    inlines = (OpenTimes,)
    list_display = ("name", "time_zone", "week", "open_now")
    list_filter = ("time_zone",)
    search_fields = ("name", "description", "time_zone")
    fields = ("name", "description", "time_zone")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"time_zone": instance_of(request).time_zone}

    def get_formset_kwargs(
        self, request: HttpRequest, obj: HoursOfOperation, inline: Any, prefix: str
    ) -> dict[str, Any]:
        suggested = _SUGGESTED if obj.pk is None else None
        return super().get_formset_kwargs(request, obj, inline, prefix) | {"initial": suggested}

    def get_queryset(self, request: HttpRequest) -> QuerySet[HoursOfOperation]:
        return hours_of_operations().filter(instance=instance_of(request))

    @admin.display(description=_("open times"))
    def week(self, row: HoursOfOperation) -> str:
        return week_in_words(row)

    @admin.display(description=_("open now"), boolean=True)
    def open_now(self, row: HoursOfOperation) -> bool:
        return is_open(row, at=clock.now())

    def where_used(self, row: HoursOfOperation) -> list[Use]:
        return uses_of_hours(row)

    def save_row(
        self, request: HttpRequest, row: HoursOfOperation | None, values: Values, rows: Rows
    ) -> HoursOfOperation:
        week = [
            Stretch(each["weekday"], each["start_minute"], each["end_minute"])
            for each in rows["hoursinterval"]
        ]
        who = acting_user(request)
        with unit_of_work():
            if row is None:
                return create_hours(
                    instance=instance_of(request), week=week, acting_user=who, **values
                )
            set_week(row, week, acting_user=who)
            saved = change_hours(row, acting_user=who, **values)
        tell_of_flows_left_behind(self, request, "hours", saved, old_name=row.name)
        return saved

    def delete_row(self, request: HttpRequest, row: HoursOfOperation) -> None:
        delete_hours(row, acting_user=acting_user(request))
