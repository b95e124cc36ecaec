"""The people of an instance in its admin: one form for account, rights, work and telephone."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.agents.admin import people_forms
from apps.agents.admin.people_actions import CHANGES, action_of
from apps.agents.models import Agent
from apps.agents.services import people
from apps.agents.services.many_people import change_many, lock_leaving
from apps.agents.services.settings import SOFTPHONE, PhoneSettings, phone_settings_of
from apps.core.errors import DomainError
from apps.core.unit_of_work import unit_of_work
from apps.core.where_used import Use
from apps.instances.admin import InstanceModelAdmin, acting_user, instance_of
from apps.instances.admin.form_page import form_page
from apps.instances.admin.model_admin import Rows, Values
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.selectors import may_manage
from apps.users.models import User
from apps.users.selectors import path_of, rows_that_need, with_hierarchy
from apps.users.services import set_password

HOLDS_MORE = _(
    "This person may do what you may not, so you can change the routing profile and the place in "
    "the hierarchy only."
)
ACCOUNT = ("first_name", "last_name", "email")


def _of_agent(field: str, *, is_boolean: bool = False) -> Callable[..., Any]:
    """A column, or a value that can only be read, of the side that works."""

    @admin.display(
        description=Agent._meta.get_field(field).verbose_name,  # type: ignore[union-attr]
        boolean=is_boolean,
        ordering=f"agent__{field}",
    )
    def value(_page: object, user: User) -> Any:
        agent = people_forms.agent_of(user)
        found = getattr(agent, field, None)
        return getattr(agent, f"get_{field}_display", lambda: found)()

    return value


class ProfileFilter(admin.SimpleListFilter):
    """Who holds a profile."""

    title = _("security profile")
    parameter_name = "profile"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(p.public_id), p.name) for p in SecurityProfile.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        chosen = self.value()
        if chosen is None or chosen not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(groups__security_profile__public_id=chosen)


class PersonAdmin(InstanceModelAdmin[User]):
    """The user name is chosen once. Passwords are given, never shown (SR-053)."""

    resource = "Users"
    switches = ("is_active",)
    form = people_forms.PersonForm
    list_display = (
        "display_name", "username", "profiles", "routing_profile", "hierarchy", "phone_type",
        "is_active",
    )  # fmt: skip
    list_filter = (
        "is_active", ProfileFilter, "agent__routing_profile", "hierarchy_group",
        "agent__phone_type",
    )  # fmt: skip
    search_fields = ("username", "first_name", "last_name", "email")
    actions = tuple(action_of(change) for change in CHANGES)
    search_help_text = _("Name, user name or e-mail")

    routing_profile = _of_agent("routing_profile")
    phone_type = _of_agent("phone_type")
    desk_phone_number = _of_agent("desk_phone_number")
    is_phone_locked = _of_agent("is_phone_locked", is_boolean=True)
    auto_accept = _of_agent("auto_accept", is_boolean=True)
    acw_seconds = _of_agent("acw_seconds")

    @admin.display(description=_("name"), ordering="first_name")
    def display_name(self, user: User) -> str:
        return user.display_name

    @admin.display(description=_("security profiles"))
    def profiles(self, user: User) -> str:
        return ", ".join(sorted(p.name for p in people_forms.profiles_of(user)))

    @admin.display(description=_("hierarchy"), ordering="hierarchy_group__name")
    def hierarchy(self, user: User) -> str:
        return path_of(user.hierarchy_group) if user.hierarchy_group else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        found = with_hierarchy(super().get_queryset(request)).filter(deleted_at=None)
        return found.select_related("agent__routing_profile", "instance").prefetch_related(
            "groups__security_profile"
        )

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        names = ("username", *ACCOUNT, "new_password" if obj is None else "is_active")
        about = "" if obj is None or self._manages(request, obj) else HOLDS_MORE
        return (
            (None, {"fields": names, "description": about}),
            (_("Rights"), {"fields": ("profiles",)}),
            (_("Work"), {"fields": ("routing_profile", "hierarchy_group")}),
            (
                _("Telephone and after call work"),
                {"fields": people_forms.PHONE, "description": people_forms.NOT_CALLED_YET},
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        if not self._manages(request, obj):
            return ("username", *ACCOUNT, "is_active", "profiles", *people_forms.PHONE)
        return ("username",) if self.may(request, "EditPermission") else ("username", "profiles")

    def _manages(self, request: HttpRequest, user: User) -> bool:
        return may_manage(user, acting_user=acting_user(request))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        fields = people_forms.fields_for(self, request, obj)
        hidden = self.get_readonly_fields(request, obj)
        shown = {name: field for name, field in fields.items() if name not in hidden}
        kwargs["form"] = type("PersonForm", (self.form,), shown)
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "hierarchy_group":
            kwargs |= people_forms.GROUP_CHOICE
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or self._manages(request, obj))

    def where_used(self, row: User) -> list[Use]:
        kinds: dict[str, list[str]] = {}
        for needing in rows_that_need(row):
            kinds.setdefault(str(needing._meta.verbose_name_plural), []).append(str(needing))
        return [Use(kind, tuple(names)) for kind, names in kinds.items()]

    def save_row(self, request: HttpRequest, row: User | None, values: Values, rows: Rows) -> User:
        by = acting_user(request)
        is_active, given = values.pop("is_active", None), _given(row, values)
        if row is None:
            return people.create_person(instance=instance_of(request), acting_user=by, **given)
        with unit_of_work():
            people.change_person(row, acting_user=by, **given)
            if is_active is not None:
                people.set_person_active(row, is_active=is_active, acting_user=by)
        return row

    def delete_row(self, request: HttpRequest, row: User) -> None:
        people.delete_person(row, acting_user=acting_user(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """In steps, as every change of many."""
        change_many(queryset, lambda user: self.delete_row(request, user), lock=lock_leaving)

    def has_grant_permission(self, request: HttpRequest) -> bool:
        """Asked by actions that change what people may do."""
        return self.may(request, "Edit") and self.may(request, "EditPermission")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.password_view)
        own = path("<path:object_id>/password/", page, name="users_user_password")
        return [own, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        user = self.get_object(request, unquote(object_id)) if object_id is not None else None
        links = self._account_links(request, user) if user is not None else {}
        return super().changeform_view(request, object_id, form_url, links | (extra_context or {}))

    def _account_links(self, request: HttpRequest, user: User) -> dict[str, str]:
        """Where password and sessions are seen to: one's own password on one's own page."""
        if not self._may_see_to(request, user):
            return {}
        alias = instance_of(request).alias
        is_own = user == acting_user(request)
        reset = reverse("admin:users_user_password", args=[user.pk])
        return {
            "password_url": f"/{alias}/password" if is_own else reset,
            "sessions_url": f"/{alias}/users/{user.public_id}/sessions",
        }

    def _may_see_to(self, request: HttpRequest, user: User) -> bool:
        return self.has_change_permission(request, user) and self._manages(request, user)

    def password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A new password ends the person's sessions at once; the old one cannot be shown."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if user == acting_user(request) or not self._may_see_to(request, user):
            raise PermissionDenied
        form = people_forms.PasswordForm(request.POST or None)
        back = reverse("admin:users_user_change", args=[user.pk])
        if form.is_valid() and _is_set(form, user, by=acting_user(request)):
            done = text("%s has a new password. All sessions of this person have ended.") % user
            self.message_user(request, done, messages.SUCCESS)
            return HttpResponseRedirect(back)
        title = text("New password for %s") % user
        return form_page(self, request, form, title=title, button=text("Set password"), cancel=back)


def _given(row: User | None, values: Values) -> Values:
    """What the services want: fields that could only be read are as they were."""
    present = people_forms.present(row) if row is not None else {}
    agent = people_forms.agent_of(row) if row is not None else None
    before = phone_settings_of(agent) if agent is not None else SOFTPHONE
    asked = {name: values.pop(name) for name in people_forms.PHONE if name in values}
    if row is None:
        values["password"] = values.pop("new_password")
    return {**present, **values, "phone": _phone(before, asked)}


def _phone(before: PhoneSettings, asked: Values) -> PhoneSettings:
    return PhoneSettings(
        phone_type=asked.get("phone_type", before.phone_type),
        desk_phone_number=asked.get("desk_phone_number", before.desk_phone_number),
        auto_accept=asked.get("auto_accept", before.auto_accept),
        acw_seconds=asked.get("acw_seconds", before.acw_seconds),
        is_locked=asked.get("is_phone_locked", before.is_locked),
    )


def _is_set(form: people_forms.PasswordForm, user: User, *, by: User) -> bool:
    try:
        set_password(user, password=form.cleaned_data["password"], acting_user=by)
    except DomainError as refusal:
        form.add_error("password", str(refusal.message))
        return False
    return True
