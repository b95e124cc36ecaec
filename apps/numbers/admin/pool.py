"""The pool of the installation, for operators: bring numbers in, take them out."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.instances.admin import OperatorModelAdmin, RefusableForm, acting_user, widgets
from apps.instances.admin.model_admin import Rows, Values
from apps.numbers.domain.e164 import countries, display
from apps.numbers.models import PoolNumber
from apps.numbers.selectors import free_numbers
from apps.numbers.services.pool import add_to_pool, remove_from_pool


def _countries() -> list[tuple[str, str]]:
    return [(country, f"{country} +{code}") for country, code in countries()]


_ADDED = "connect_added"  # of the request: how many


class NewNumbersForm(RefusableForm):
    numbers = forms.CharField(
        label=_("Numbers"),
        max_length=50_000,
        widget=widgets.lines(rows=12),
        help_text=_(
            "One on each line, at most a thousand, as your carrier gave them to you. "
            "If a line is wrong, none is added."
        ),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=_countries,
        initial="US",
        widget=widgets.select(),
        help_text=_("In whose way numbers are written that do not begin with +."),
    )


class RestingFilter(admin.SimpleListFilter):
    title = _("available")
    parameter_name = "available"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", gettext("Now")), ("later", gettext("Later"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PoolNumber]
    ) -> QuerySet[PoolNumber]:
        free = free_numbers(now=clock.now())
        if self.value() is None:
            return queryset
        found = queryset.filter(pk__in=free.values("pk"))
        return found if self.value() == "now" else queryset.exclude(pk__in=free.values("pk"))


class PoolNumberAdmin(OperatorModelAdmin[PoolNumber]):
    """Numbers that no instance has; instances claim them in their own admin."""

    list_display = ("number", "country", "kind", "available")
    list_filter = ("country", "kind", RestingFilter)
    search_fields = ("e164",)
    search_help_text = _("Digits of the number, with the country code.")
    fields = ("number", "country", "kind", "available")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs |= {"form": NewNumbersForm, "fields": ("numbers", "country")}
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields if obj is not None else ("numbers", "country")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("number"), ordering="e164")
    def number(self, row: PoolNumber) -> str:
        return display(row.e164)

    @admin.display(description=_("available"), ordering="available_from")
    def available(self, row: PoolNumber) -> str:
        if row.available_from is None or row.available_from <= clock.now():
            return gettext("Now")
        return gettext("From %s") % date_format(row.available_from, "DATE_FORMAT")

    def save_row(
        self, request: HttpRequest, row: PoolNumber | None, values: Values, rows: Rows
    ) -> PoolNumber:
        added = add_to_pool(
            values["numbers"], country=values["country"], acting_user=acting_user(request)
        )
        setattr(request, _ADDED, len(added))
        return added[0]

    def response_add(
        self, request: HttpRequest, obj: PoolNumber, post_url_continue: Any = None
    ) -> HttpResponse:
        count = getattr(request, _ADDED)
        said = ngettext("%d number was added.", "%d numbers were added.", count) % count
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect("../")

    def delete_row(self, request: HttpRequest, row: PoolNumber) -> None:
        remove_from_pool(row, acting_user=acting_user(request))
