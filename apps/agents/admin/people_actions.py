"""Changes of many people at once: chosen in the list, asked on a page between."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.agents.admin.people_forms import NOT_CALLED_YET
from apps.agents.models import Agent
from apps.agents.services import people
from apps.agents.services.many_people import change_many
from apps.agents.services.settings import phone_settings_of, set_phone_settings
from apps.core.errors import DomainError
from apps.instances.admin import InstanceModelAdmin, acting_user, rights_of
from apps.instances.admin.form_page import form_page
from apps.instances.admin.widgets import number, select
from apps.routing.models import RoutingProfile
from apps.security_profiles.selectors import profiles_within
from apps.users import hierarchy
from apps.users.admin import GroupChoice
from apps.users.models import HierarchyGroup, User
from apps.users.selectors import hierarchy_groups


@dataclass(frozen=True, slots=True)
class Change:
    """`apply(user, value, acting_user)`; without a `field` there is nothing to choose."""

    name: str
    label: str | Promise
    apply: Callable[[User, Any, User], None]
    field: Callable[[HttpRequest], forms.Field] | None = None
    permission: str = "change"


def _give_routing_profile(user: User, chosen: RoutingProfile, by: User) -> None:
    del by  # placement is no power
    people.give_routing_profile(agent_id=people.agent_of(user).pk, routing_profile=chosen)


def _set_phone_type(user: User, chosen: str, by: User) -> None:
    agent = people.agent_of(user)
    wanted = replace(phone_settings_of(agent), phone_type=chosen)
    set_phone_settings(agent, wanted, acting_user=by)


def _set_acw_limit(user: User, seconds: int, by: User) -> None:
    agent = people.agent_of(user)
    set_phone_settings(
        agent, replace(phone_settings_of(agent), acw_seconds=seconds), acting_user=by
    )


def _move(user: User, group: HierarchyGroup | None, by: User) -> None:
    del by
    hierarchy.move_user(user, group=group)


def _routing_profiles(_request: HttpRequest) -> forms.Field:
    profiles = RoutingProfile.objects.all()
    return forms.ModelChoiceField(profiles, label=_("Routing profile"), widget=select())


def _profiles(request: HttpRequest) -> forms.Field:
    profiles = profiles_within(rights_of(request))
    return forms.ModelChoiceField(profiles, label=_("Security profile"), widget=select())


def _phone_types(_request: HttpRequest) -> forms.Field:
    choices = Agent.PhoneType.choices
    return forms.ChoiceField(
        label=_("Phone type"), choices=choices, help_text=NOT_CALLED_YET, widget=select()
    )


def _seconds(_request: HttpRequest) -> forms.Field:
    return forms.IntegerField(
        label=_("After call work limit in seconds"),
        help_text=_("0 is until the agent clears the contact."),
        widget=number(),
    )


def _groups(_request: HttpRequest) -> forms.Field:
    groups = hierarchy_groups().filter(is_enabled=True)
    return GroupChoice(
        groups, label=_("Hierarchy group"), required=False, empty_label=_("None"), widget=select()
    )


CHANGES = (
    Change(
        "change_routing_profile", _("Change routing profile"), _give_routing_profile,
        _routing_profiles,
    ),
    Change(
        "add_security_profile", _("Add a security profile"),
        lambda user, profile, by: people.add_profile(user, profile=profile, acting_user=by),
        _profiles, "grant",
    ),
    Change("change_phone_type", _("Change phone type"), _set_phone_type, _phone_types),
    Change("change_acw_limit", _("Change after call work limit"), _set_acw_limit, _seconds),
    Change("move_in_hierarchy", _("Move in the hierarchy"), _move, _groups),
    Change(
        "activate", _("Activate"),
        lambda user, _value, by: people.set_person_active(user, is_active=True, acting_user=by),
    ),
    Change(
        "deactivate", _("Deactivate"),
        lambda user, _value, by: people.set_person_active(user, is_active=False, acting_user=by),
    ),
)  # fmt: skip


def action_of(change: Change) -> Callable[..., Any]:
    """What the list runs: first the page between, then, sent from there, the change."""

    def action(
        page: InstanceModelAdmin[User], request: HttpRequest, chosen: QuerySet[User]
    ) -> HttpResponse | None:
        form = _form_of(change, request)
        if form.is_valid() and _is_done(change, form, chosen, by=acting_user(request)):
            count = chosen.count()
            done = ngettext("%d person was changed.", "%d people were changed.", count) % count
            page.message_user(request, done, messages.SUCCESS)
            return None
        hidden = [("action", change.name), ("confirmed", "yes"), *_selection(request)]
        label = str(change.label)
        return form_page(
            page, request, form, title=label, button=label, about=list(chosen), hidden=hidden
        )

    action.__name__ = change.name
    return admin.action(action, permissions=[change.permission], description=change.label)  # type: ignore[arg-type]  # lazy text


def _form_of(change: Change, request: HttpRequest) -> forms.Form:
    """Without data until it is sent from the page between."""
    fields = {} if change.field is None else {"value": change.field(request)}
    data = request.POST if "confirmed" in request.POST else None
    form: forms.Form = type("ChangeForm", (forms.Form,), fields)(data)
    return form


def _selection(request: HttpRequest) -> list[tuple[str, object]]:
    """The rows chosen in the list, or that all of the search were meant."""
    keys = [(ACTION_CHECKBOX_NAME, key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)]
    return [*keys, ("select_across", request.POST.get("select_across", "0"))]


def _is_done(change: Change, form: forms.Form, chosen: QuerySet[User], *, by: User) -> bool:
    value = form.cleaned_data.get("value")
    try:
        change_many(chosen, lambda user: change.apply(user, value, by))
    except DomainError as refusal:
        form.add_error(None, str(refusal.message))
        return False
    return True
