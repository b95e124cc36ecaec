"""Creating users from a CSV file: upload, look at what would be done, confirm."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from apps.agents.admin.upload_columns import COLUMNS
from apps.agents.domain.user_table import LARGEST_FILE, template
from apps.agents.models import UserUpload
from apps.agents.models.upload import AT_WORK
from apps.agents.selectors import uploads_of
from apps.agents.services.uploads import cancel_upload, confirm_upload, take_upload
from apps.core.errors import DomainError
from apps.core.uploads import check_size
from apps.instances.admin import InstanceModelAdmin, acting_user, instance_of
from apps.instances.admin.widgets import new_file

_BYTE_ORDER_MARK = "\ufeff"  # or Excel takes the template for another encoding
_PAGES = "admin/agents/userupload"


class UploadForm(forms.Form):
    """What is wrong with the file as a whole stands at its field."""

    file = forms.FileField(
        label=_("CSV file"),
        allow_empty_file=True,  # the service says more of it
        max_length=1000,
        help_text=_("UTF-8, at most 5 MB and 10,000 rows. Nothing is created before you confirm."),
        widget=new_file(accept=".csv,text/csv", largest=LARGEST_FILE),
    )


class UserUploadAdmin(InstanceModelAdmin[UserUpload]):
    """A file holds passwords: what somebody uploaded is nobody else's concern."""

    resource = "Users"
    list_display = ("file_name", "state", "rows", "uploaded_at")
    list_filter = ("state",)

    @admin.display(description=_("uploaded"), ordering="created_at")
    def uploaded_at(self, upload: UserUpload) -> datetime:
        return upload.created_at

    def get_queryset(self, request: HttpRequest) -> QuerySet[UserUpload]:
        mine = uploads_of(acting_user(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=mine)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "Create")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "Create")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"agents_userupload_{name}")

        return [
            page("template.csv", self.template_view, "template"),
            page("<path:object_id>/create/", self.create_view, "create"),
            page("<path:object_id>/cancel/", self.cancel_view, "cancel"),
            page("<path:object_id>/progress/", self.progress_view, "progress"),
            *super().get_urls(),
        ]

    def template_view(self, request: HttpRequest) -> HttpResponse:
        self._require_right(request)
        answer = HttpResponse(_BYTE_ORDER_MARK + template(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="users.csv"'
        return answer

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Not Django's: it would keep the database for itself while the file is looked through."""
        self._require_right(request)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*sent)
        upload = _taken(form, request) if form.is_valid() else None
        if upload is not None:
            return _to("change", upload)
        return self._page(request, "add", title=_("Upload users"), form=form, columns=COLUMNS)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """An upload is looked at; what is to become of it, its buttons say."""
        self._require_right(request)
        if request.method == "POST":
            raise PermissionDenied
        upload = self.get_object(request, unquote(object_id))
        if upload is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        return self._page(request, "upload", title=upload.file_name, upload=upload)

    def create_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What the button of the preview sends."""
        upload = self._upload(request, object_id)
        if request.method == "POST":
            self._do(request, lambda: confirm_upload(upload, acting_user=acting_user(request)))
        return _to("change", upload)

    def cancel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks first: what was looked through for minutes should not go by a slip."""
        upload = self._upload(request, object_id)
        if request.method == "POST":
            self._do(request, lambda: cancel_upload(upload))
            return _to("change", upload)
        return self._page(request, "cancel", title=_("Cancel this upload?"), upload=upload)

    def progress_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What the page asks for while somebody works on the upload."""
        upload = self._upload(request, object_id)
        facts = {"state": upload.state, "done": upload.done, "rows": upload.rows}
        return JsonResponse(facts | {"is_at_work": upload.state in AT_WORK})

    def _require_right(self, request: HttpRequest) -> None:
        if not self.may(request, "Create"):
            raise PermissionDenied

    def _upload(self, request: HttpRequest, object_id: str) -> UserUpload:
        self._require_right(request)
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def _do(self, request: HttpRequest, act: Callable[[], None]) -> None:
        try:
            act()
        except DomainError as refusal:
            self.message_user(request, str(refusal.message), messages.ERROR)

    def _page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"{_PAGES}/{name}.html", common | context)


def _taken(form: UploadForm, request: HttpRequest) -> UserUpload | None:
    """None: the form says why not."""
    file: UploadedFile[bytes] = form.cleaned_data["file"]
    try:
        check_size(file, largest=LARGEST_FILE, field="file")
        return take_upload(
            instance=instance_of(request),
            raw=file.read(),
            file_name=file.name or "",
            acting_user=acting_user(request),
        )
    except DomainError as refusal:
        form.add_error("file", str(refusal.message))
        return None


def _to(page: str, upload: UserUpload) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"admin:agents_userupload_{page}", args=[upload.pk]))
