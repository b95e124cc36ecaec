"""What surrounds every request besides Django's own: who acts, refusals as pages, headers."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from structlog.contextvars import bind_contextvars, unbind_contextvars
from uuid6 import uuid7

from apps.core.acting import Actor, Door, acting
from apps.core.api.parsers import BodyTooLarge
from apps.core.errors import DomainError
from apps.core.uploads import DROPPED_BODY, LARGEST_FILE, FileTooLarge
from connect.errors import domain_error

# The softphone needs the microphone on our own pages; nobody needs anything else.
PERMISSIONS_POLICY = (
    "microphone=(self), autoplay=(self), camera=(), geolocation=(), display-capture=(), "
    "payment=(), usb=()"
)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")  # what a proxy in front may have given


class ActingMiddleware:
    """Says who acts in this request, and gives it an id that log, audit and answer share (A-05).

    It stands outside of Django's authentication: the user is looked up when something is written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request.headers.get("X-Request-ID", "")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = str(uuid7())
        who = Actor(
            door_of(request.path),
            find_user=lambda: getattr(request, "user", None),
            address=request.META.get("REMOTE_ADDR") or None,
            request_id=request_id,
        )
        try:
            with acting(who):
                response = self._get_response(request)
        finally:
            unbind_contextvars("instance")
        response.headers["X-Request-ID"] = request_id
        return response

    def process_view(
        self, _request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> None:
        if "alias" in kwargs:
            bind_contextvars(instance=kwargs["alias"])


def door_of(path: str) -> Door:
    """`/admin/…` is the operators', `/<alias>/admin/…` an instance's."""
    first, second = [*path.split("/", 3)[1:3], ""][:2]
    if first == "api":
        return Door.REST
    return Door.ADMIN if "admin" in (first, second) else Door.PAGE


class DroppedBodyMiddleware:
    """Answers a request that was too large for the edge, before anybody looks for what it held.

    It stands outside of the check for forged forms, whose token was lost with the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if DROPPED_BODY not in request.headers:
            return None
        if request.method != "POST" or door_of(request.path) is not Door.ADMIN:
            return domain_error(request, BodyTooLarge())
        messages.error(request, FileTooLarge(LARGEST_FILE).message)  # only files are so large
        return HttpResponseRedirect(request.get_full_path())


class PageMiddleware:
    """Adds Permissions-Policy; turns a service's refusal in a page into an error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return domain_error(request, exception)
        return None
