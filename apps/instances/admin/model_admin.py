"""The one base of model pages in an instance's admin: scope, rights, saving through services."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin, TabularInline
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from unfold import admin as unfold

from apps.core.errors import DomainError
from apps.core.models import PublicIdModel
from apps.core.unit_of_work import unit_of_work
from apps.core.where_used import Use, used
from apps.instances.admin.forms import RefusableForm
from apps.instances.admin.lists import OfferedListMixin
from apps.instances.admin.scope import instance_of, rights_of

M = TypeVar("M", bound=PublicIdModel)

if TYPE_CHECKING:
    _Admin = ModelAdmin
    _Inline = TabularInline
else:

    class _Admin(unfold.ModelAdmin):
        """Django's class is generic for the type checker only."""

        def __class_getitem__(cls, _model):
            return cls

    class _Inline(unfold.TabularInline):
        def __class_getitem__(cls, _models):
            return cls


Values = dict[str, Any]
# What the inlines hold after the change, by the inline's model name, in the order of the page.
Rows = dict[str, list[Values]]

_REFUSAL = "connect_refusal"


class _OfTheInstance:
    """Rows and choices of the instance of the address only, whatever the model's manager does."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", _choices(db_field, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", _choices(db_field, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


class InstanceModelAdmin(OfferedListMixin, _OfTheInstance, _Admin[M]):
    """`resource` is the permissions' prefix: `Queues` is guarded by `Queues.View`, `.Create`, …

    Subclasses write `save_row` and, where there is `Delete`, `delete_row`; neither they nor this
    class ever save a row themselves. A `DomainError` of the service becomes the error of the field
    it names, and the page keeps what was typed. `switches` are in the values of a saved form only
    if they were clicked: a page that was open for long must not switch on again what somebody else
    has switched off.
    """

    resource: ClassVar[str]
    switches: ClassVar[tuple[str, ...]] = ()
    form = RefusableForm
    list_per_page = 50
    show_facets = ModelAdmin.show_facets.NEVER
    list_filter_submit = True
    warn_unsaved_form = True
    change_form_show_cancel_button = True
    change_form_after_template = "admin/where_used.html"

    def save_row(self, request: HttpRequest, row: M | None, values: Values, rows: Rows) -> M:
        """Call the service; `row` None creates. Raises what the service raises."""
        raise NotImplementedError

    def delete_row(self, request: HttpRequest, row: M) -> None:
        """Call the service."""
        raise NotImplementedError

    def around_saving(self, request: HttpRequest) -> AbstractContextManager[None]:
        """Around the transaction in which `save_row` runs: for what takes too long inside it."""
        return nullcontext()

    def where_used(self, row: M) -> list[Use]:
        """Shown below the form."""
        return []

    def may(self, request: HttpRequest, action: str) -> bool:
        """Whether the signed-in person holds `<resource>.<action>` here."""
        return f"{self.resource}.{action}" in rights_of(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "View")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "View")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "Create")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "Edit")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "Delete")

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        return super().get_queryset(request).filter(instance=instance_of(request))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.switches:  # so that the form knows what was shown
            kwargs["show_hidden_initial"] = True
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, _REFUSAL, None)})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The page; a second time with what the service refused, if it did."""
        extra = {"where_used": self._uses(request, object_id), **(extra_context or {})}
        try:
            with self.around_saving(request):
                return super().changeform_view(request, object_id, form_url, extra)
        except DomainError as refusal:
            setattr(request, _REFUSAL, refusal)
            return super().changeform_view(request, object_id, form_url, extra)

    def _uses(self, request: HttpRequest, object_id: str | None) -> list[Use]:
        row = self.get_object(request, object_id) if object_id is not None else None
        return used(self.where_used(row)) if row is not None else []

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        """Nothing yet: one service call needs the rows of the inlines too."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: list[Any], change: bool
    ) -> None:
        """The one call of the service; `form.instance` becomes the row it made."""
        row = self.get_queryset(request).get(pk=form.instance.pk) if change else None
        saved = self.save_row(request, row, _chosen(form, self.switches), _rows(formsets))
        form.instance.__dict__.update(saved.__dict__)

    def construct_change_message(self, *_args: Any, **_kwargs: Any) -> Any:
        return []

    def log_addition(self, *_args: Any, **_kwargs: Any) -> Any:
        """Changes are written down by the audit, through whichever door they come."""

    log_change = log_deletions = log_addition

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The row's part of the historical changes."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        alias, label = instance_of(request).alias, self.opts.label_lower
        return HttpResponseRedirect(f"/{alias}/changes?object={label}:{row.public_id}")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The service says what stands against it, and where a row is used the page shows."""
        return [str(row) for row in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        self.delete_row(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        with unit_of_work():  # all or none
            for row in queryset:
                self.delete_row(request, row)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as refusal:
            self.message_user(request, str(refusal.message), messages.ERROR)
            return HttpResponseRedirect("../change/")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)
        except DomainError as refusal:
            self.message_user(request, str(refusal.message), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class InstanceInline(_OfTheInstance, _Inline[Any, Any]):
    """Rows that belong to the row of the page and are saved with it, by `save_row`."""

    extra = 0
    hide_title = True
    exclude: ClassVar[tuple[str, ...]] = ("instance",)
    verbose_name_plural = _("Entries")

    def _parent(self) -> InstanceModelAdmin[Any]:
        page: InstanceModelAdmin[Any] = self.admin_site._registry[self.parent_model]  # type: ignore[assignment]
        return page

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent().has_view_permission(request)

    def _may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        page = self._parent()
        return (
            page.has_add_permission(request) if obj is None else page.has_change_permission(request)
        )

    has_add_permission = has_change_permission = has_delete_permission = _may_write


def _choices(db_field: Any, request: HttpRequest) -> QuerySet[Any]:
    rows: QuerySet[Any] = db_field.remote_field.model._default_manager.all()
    return rows.filter(instance=instance_of(request))


def _chosen(form: Any, switches: tuple[str, ...]) -> Values:
    untouched = set(switches) - set(form.changed_data)
    return {name: value for name, value in form.cleaned_data.items() if name not in untouched}


def _rows(formsets: list[Any]) -> Rows:
    kept: Rows = {}
    for formset in formsets:
        rows = kept.setdefault(formset.model._meta.model_name, [])
        rows.extend(_values(formset, form) for form in formset.forms if _is_kept(formset, form))
    return kept


def _is_kept(formset: Any, form: Any) -> bool:
    empty = form.empty_permitted and not form.has_changed()
    return not empty and not formset._should_delete_form(form)


def _values(formset: Any, form: Any) -> Values:
    """What the form holds, without what only the formset knows; `pk` None is a new row."""
    bookkeeping = {"id", "DELETE", formset.fk.name}
    own = {name: value for name, value in form.cleaned_data.items() if name not in bookkeeping}
    return {**own, "pk": form.instance.pk}
