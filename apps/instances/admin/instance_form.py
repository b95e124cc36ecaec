"""The settings of an instance as a form: lists to choose from, and help at the field."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.instances.admin.forms import RefusableForm
from apps.instances.domain.places import LANGUAGES, countries, time_zones
from apps.instances.domain.quotas import CATALOGUE, HIGHEST
from apps.instances.scope import instance_scope
from apps.instances.selectors import own_quotas

QUOTA = "quota_"
ADMIN_FIELDS = ("username", "password", "first_name", "last_name", "email")
HELP = {
    "alias": _("Forms the address of the instance and can never change: people bookmark it."),
    "name": _("What people see. Changing it changes no address."),
    "is_active": _(
        "Switched off, nobody enters, everybody's session ends at once, and callers who wait "
        "are let go."
    ),
    "country": _("Numbers typed without a country code are read as numbers of this country."),
    "time_zone": _("Times on pages are shown in it."),
    "language": _("In which prompts are spoken."),
    "web_call_enabled": _("A page on which anybody who knows its address can call."),
    "ring_seconds": _("10 to 60 seconds; then the call is missed and goes to the next agent."),
    "offline_logs_out": _("Who chooses Offline is signed out."),
    "call_quota": _("In flows, waiting, or with agents, all together."),
}
SETTINGS: tuple[Any, ...] = (
    (None, {"fields": ("name", "country", "time_zone", "language")}),
    (
        _("Calls from the web"),
        {"fields": ("web_call_enabled", "web_call_limit", "web_call_limit_per_address")},
    ),
    (
        _("Agents"),
        {
            "fields": (
                "ring_seconds",
                "missed_recovery_seconds",
                "gone_offline_minutes",
                "offline_logs_out",
            )
        },
    ),
)


class SettingsForm(RefusableForm):
    """What an instance's own people may change."""

    country = forms.ChoiceField(
        label=_("Home country"),
        choices=lambda: countries().items(),
        initial="US",
        widget=UnfoldAdminSelectWidget,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name) for name in time_zones()],
        initial="UTC",
        widget=UnfoldAdminSelectWidget,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=LANGUAGES.items(),
        initial="en-US",
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in HELP.keys() & self.fields.keys():
            self.fields[name].help_text = HELP[name]
        self._offer_present_zone()

    def _offer_present_zone(self) -> None:
        """One that was chosen elsewhere stays, though it is not offered to others."""
        zone: Any = self.fields.get("time_zone")
        if zone is not None and self.instance.time_zone not in time_zones():
            zone.choices = [(self.instance.time_zone, self.instance.time_zone), *zone.choices]


class FoundingForm(SettingsForm):
    """An instance and its first administrator."""

    username = forms.CharField(
        label=_("User name"), max_length=100, widget=UnfoldAdminTextInputWidget
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=UnfoldAdminPasswordWidget,
        help_text=_("At least 8 characters with upper case, lower case and a digit."),
    )
    first_name = forms.CharField(
        label=_("First name"), required=False, max_length=255, widget=UnfoldAdminTextInputWidget
    )
    last_name = forms.CharField(
        label=_("Last name"), required=False, max_length=300, widget=UnfoldAdminTextInputWidget
    )
    email = forms.EmailField(label=_("E-mail"), required=False, widget=UnfoldAdminTextInputWidget)


class _WithQuotas(SettingsForm):
    """What operators change besides: quotas, one number each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with instance_scope(self.instance):
            own = own_quotas()
        for each in CATALOGUE:
            self.fields[QUOTA + each.name].initial = own.get(each.name, each.default)


def _number(label: str, default: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=_(label),  # the sentences of the catalogue are translated where they are shown
        help_text=format_lazy(_("Usually {default}."), default=default),
        min_value=0,
        max_value=HIGHEST,
        widget=UnfoldAdminIntegerFieldWidget,
    )


OperatorForm = type(
    "OperatorForm",
    (_WithQuotas,),
    {QUOTA + each.name: _number(each.label.capitalize(), each.default) for each in CATALOGUE},
)
