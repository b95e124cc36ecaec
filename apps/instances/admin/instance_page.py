"""The page of an instance in its own admin: log-in link, settings, origins, quotas."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.instances.admin.forms import RefusableForm
from apps.instances.admin.instance_form import SETTINGS, SettingsForm
from apps.instances.admin.model_admin import InstanceInline, InstanceModelAdmin, Rows, Values
from apps.instances.admin.scope import acting_user, instance_of
from apps.instances.models import ApprovedOrigin, Instance
from apps.instances.quota_use import quotas_in_use
from apps.instances.selectors import access_path
from apps.instances.services.instances import update_instance
from apps.instances.services.origins import (
    OriginNotPossible,
    OriginTaken,
    approve_origin,
    checked_origin,
    withdraw_origin,
)


class OriginForm(RefusableForm):
    """What is wrong with an origin stands beside it."""

    def clean_origin(self) -> str:
        try:
            return checked_origin(self.cleaned_data["origin"])
        except OriginNotPossible as refusal:
            raise forms.ValidationError(str(refusal.message)) from None


class OriginFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    @classmethod
    def get_default_prefix(cls) -> str:
        """Django takes it from the related name, and rows of an instance have none."""
        return "origins"

    def get_unique_error_message(self, unique_check: Any) -> str:
        """Of two rows of the page that are one origin; said above them and at the second."""
        return str(OriginTaken.message)

    def get_form_error(self) -> str:
        return str(OriginTaken.message)


class OriginInline(InstanceInline):
    model = ApprovedOrigin
    form = OriginForm
    formset = OriginFormSet
    fields = ("origin",)
    exclude = ()  # here the instance is the row of the page itself
    verbose_name_plural = _("Approved origins: sites that may show the panel inside their pages")


class OwnInstanceAdmin(InstanceModelAdmin[Instance]):
    """One row, so its list is the row's form.

    The catalogue has no right for it; who may edit security profiles can give away every other.
    """

    resource: ClassVar[str] = "SecurityProfiles"
    form = SettingsForm
    fieldsets = SETTINGS
    inlines = (OriginInline,)
    change_form_before_template = "admin/instances/login_url.html"
    change_form_after_template = "admin/instances/quotas.html"

    class Media:
        js = (Script("connect/js/admin/copy.js", type="module"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Instance]:
        return Instance.objects.filter(pk=instance_of(request).pk)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Operators make instances, in their own admin."""
        return False

    has_delete_permission = has_add_permission

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return self.changeform_view(request, str(instance_of(request).pk), "", extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        instance = instance_of(request)
        context["login_url"] = request.build_absolute_uri(access_path(instance))
        context["quotas"] = quotas_in_use(instance)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_row(
        self, request: HttpRequest, row: Instance | None, values: Values, rows: Rows
    ) -> Instance:
        assert row is not None
        actor = acting_user(request)
        changed = {k: v for k, v in values.items() if v != getattr(row, k)}
        saved = update_instance(row, acting_user=actor, **changed) if changed else row
        _save_origins(row, rows.get("approvedorigin", []), actor)
        return saved


def _save_origins(instance: Instance, wanted: list[Values], actor: Any) -> None:
    """A changed one is another one: the old is withdrawn."""
    kept = {each["origin"] for each in wanted}
    present = {row.origin: row for row in ApprovedOrigin.objects.all()}
    for origin in present.keys() - kept:
        withdraw_origin(present[origin], acting_user=actor)
    for each in wanted:
        if each["pk"] is None or each["origin"] not in present:
            approve_origin(instance=instance, origin=each["origin"], acting_user=actor)
