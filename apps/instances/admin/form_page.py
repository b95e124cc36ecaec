"""A page of the admin with one form that belongs to no model: a password, one change of many."""

from collections.abc import Sequence
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.template.response import TemplateResponse

from apps.instances.admin.model_admin import InstanceModelAdmin


def form_page(
    page: InstanceModelAdmin[Any],
    request: HttpRequest,
    form: Form,
    *,
    title: str,
    button: str,
    about: Sequence[object] = (),
    hidden: Sequence[tuple[str, object]] = (),
    cancel: str = "",
) -> TemplateResponse:
    """`about` names the rows concerned; `hidden` is sent along with the form."""
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": title,
        "form": form,
        "button": button,
        "about": about,
        "hidden": hidden,
        "cancel": cancel or request.get_full_path(),
    }
    return TemplateResponse(request, "admin/form_page.html", context)
