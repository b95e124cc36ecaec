"""What the form of a person asks for: fields of the account, and fields of the side that works."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent
from apps.core.errors import DomainError
from apps.instances.admin import RefusableForm, RowsField, rights_of
from apps.instances.admin.widgets import checkboxes, new_password
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.selectors import profiles_within
from apps.users.admin import GroupChoice
from apps.users.models import User

if TYPE_CHECKING:
    from apps.agents.admin.people import PersonAdmin

PHONE = ("phone_type", "desk_phone_number", "is_phone_locked", "auto_accept", "acw_seconds")
NOT_CALLED_YET = _("Desk phones are not called yet: until then every call rings in the panel.")
GROUP_CHOICE = {"form_class": GroupChoice, "empty_label": _("None")}
PASSWORD_RULE = _("At least 8 characters, with an upper-case letter, a lower-case letter, a digit.")


class PersonForm(RefusableForm):
    """The field of the password has another name than the column that holds the hash."""

    def _field_of(self, refusal: DomainError) -> str | None:
        if refusal.facts.get("field") == "password":
            return "new_password"
        return super()._field_of(refusal)


class PasswordForm(forms.Form):
    """A new password, typed once, since it can be shown while it is typed."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1000,
        widget=new_password(),
        help_text=PASSWORD_RULE,
    )


def agent_of(user: User) -> Agent | None:
    """None for somebody who was made without a side that works."""
    return getattr(user, "agent", None)


def profiles_of(user: User) -> list[SecurityProfile]:
    return [group.security_profile for group in user.groups.all()]


def present(user: User) -> dict[str, Any]:
    """What a person is now, as `change_person` wants it, without the telephone."""
    agent = agent_of(user)
    return {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "profiles": profiles_of(user),
        "routing_profile": agent.routing_profile if agent is not None else None,
        "hierarchy_group": user.hierarchy_group,
    }


def fields_for(page: "PersonAdmin", request: HttpRequest, user: User | None) -> dict[str, Any]:
    """The fields that are no columns of the user, filled with what is there."""
    fields = {"profiles": _profiles(user, rights_of(request)), **_of_agent(page, request, user)}
    if user is None:
        fields["new_password"] = forms.CharField(
            label=_("Password"),
            strip=False,
            max_length=1000,
            widget=new_password(),
            help_text=PASSWORD_RULE,
        )
    return fields


def _profiles(user: User | None, rights: frozenset[str]) -> forms.Field:
    """Those that the person who chooses could give away (S-04)."""
    return RowsField(
        queryset=profiles_within(rights),
        label=_("Security profiles"),
        widget=checkboxes(),
        initial=profiles_of(user) if user is not None else None,
        help_text=_("One to ten. Together they allow what any of them allows."),
    )


def _of_agent(page: "PersonAdmin", request: HttpRequest, user: User | None) -> dict[str, Any]:
    agent = agent_of(user) if user is not None else None
    fields = {}
    for name in ("routing_profile", *PHONE):
        column = Agent._meta.get_field(name)
        field: Any = page.formfield_for_dbfield(column, request)
        field.initial = getattr(agent, name, field.initial)
        fields[name] = field
    return fields
