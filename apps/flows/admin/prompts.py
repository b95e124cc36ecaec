"""Prompts: upload, listen, replace, and see which flows play them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.unit_of_work import unit_of_work
from apps.core.uploads import LARGEST_FILE, check_size
from apps.core.where_used import Use
from apps.flows.admin.flows import flows_using
from apps.flows.models import Prompt
from apps.flows.selectors import flows_referring_to
from apps.flows.services import prompts
from apps.flows.services.sounds import FIELD, prepared_sound
from apps.instances.admin import (
    InstanceModelAdmin,
    RefusableForm,
    acting_user,
    instance_of,
    widgets,
)
from apps.instances.admin.model_admin import Rows, Values

_SOUND = "connect_sound"  # of the request: made before the transaction begins


def _audio_file() -> forms.ClearableFileInput:
    return widgets.new_file(accept=".wav,.mp3,.ogg,.opus,.flac", largest=LARGEST_FILE)


class PromptForm(RefusableForm):
    audio = forms.FileField(
        label=_("Other audio"),
        required=False,
        widget=_audio_file(),
        help_text=_("Takes the place of what is played now: WAV, MP3, Ogg or FLAC."),
    )


class NewPromptForm(PromptForm):
    audio = forms.FileField(
        label=_("Audio"),
        widget=_audio_file(),
        help_text=_(
            "WAV, MP3, Ogg or FLAC, at most 50 MB and five minutes. "
            "It is brought to the loudness of the other prompts."
        ),
    )


class SourceFilter(admin.SimpleListFilter):
    title = _("sound")
    parameter_name = "sound"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("uploaded", gettext("Uploaded")), ("builtin", gettext("Built-in"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> QuerySet[Prompt]:
        if self.value() is None:
            return queryset
        return queryset.filter(asset__isnull=self.value() == "builtin")


class PromptAdmin(InstanceModelAdmin[Prompt]):
    """What a prompt plays can be heard in the list and on its page."""

    resource = "Prompts"
    list_display = ("name", "description", "source", "listen")
    list_filter = (SourceFilter,)
    list_select_related = ("instance",)
    search_fields = ("name", "description")
    readonly_fields = ("source", "listen")

    class Media:
        js = (Script("connect/js/admin/uploads.js", type="module"),)

    def get_fields(self, request: HttpRequest, obj: Prompt | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "description", "audio")
        may_replace = self.has_change_permission(request, obj)
        return ("name", "description", "source", "listen", *(["audio"] if may_replace else []))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = NewPromptForm if obj is None else PromptForm
        return super().get_form(request, obj, change, **kwargs)

    @admin.display(description=_("sound"), ordering="builtin")
    def source(self, row: Prompt) -> str:
        if row.builtin:
            return gettext("Built-in: %s") % row.get_builtin_display()
        return gettext("Uploaded")

    @admin.display(description=_("listen"))
    def listen(self, row: Prompt) -> str:
        return format_html(
            '<audio controls preload="none" src="/{}/prompts/{}/audio" aria-label="{}"></audio>',
            row.instance.alias,
            row.public_id,
            row.name,
        )

    def where_used(self, row: Prompt) -> list[Use]:
        flows = flows_referring_to("prompt", row.public_id, row.name)
        return [flows_using(flows)]

    def around_saving(self, request: HttpRequest) -> AbstractContextManager[None]:
        return _with_sound(request, may=self.may(request, "Create") or self.may(request, "Edit"))

    def save_row(
        self, request: HttpRequest, row: Prompt | None, values: Values, rows: Rows
    ) -> Prompt:
        sound, who = getattr(request, _SOUND, None), acting_user(request)
        texts = {name: values[name] for name in ("name", "description")}
        if row is None:
            assert sound is not None, "the form requires a file"
            return prompts.create_prompt(
                instance=instance_of(request), sound=sound, acting_user=who, **texts
            )
        with unit_of_work():
            changed = prompts.change_prompt(row, acting_user=who, **texts)
            if sound is None:
                return changed
            return prompts.replace_sound(changed, sound=sound, acting_user=who)

    def delete_row(self, request: HttpRequest, row: Prompt) -> None:
        prompts.delete_prompt(row, acting_user=acting_user(request))


@contextmanager
def _with_sound(request: HttpRequest, *, may: bool) -> Iterator[None]:
    """Read the file that was sent, if somebody who may sent one."""
    file: Any = request.FILES.get(FIELD) if request.method == "POST" and may else None
    if file is None:
        yield
        return
    check_size(file, field=FIELD)
    with prepared_sound(file) as sound:
        setattr(request, _SOUND, sound)
        yield
