"""Refusals as pages for people: the error handlers of the URL configuration."""

from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.errors import DomainError
from apps.users.lockout import wait_of
from connect.problems import problem

API_PREFIX = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, status=400, code="BAD_REQUEST", message=_("This request is not valid."))


def not_signed_in(request: HttpRequest) -> HttpResponse:
    return refusal(request, status=401, code="NOT_SIGNED_IN", message=_("Sign in first."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(
        request,
        status=403,
        code="NOT_ALLOWED",
        message=_("You do not have the permission for this."),
    )


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    message = _("The page was open for too long. Go back, reload it and try again.")
    return refusal(request, status=403, code="CSRF_FAILED", message=message)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The address is not repeated, and what exists elsewhere answers the same (S-02)."""
    return refusal(request, status=404, code="NOT_FOUND", message=_("There is no such thing here."))


def server_error(request: HttpRequest) -> HttpResponse:
    message = _("Something went wrong on our side. Try again; the operator can see it in the log.")
    return refusal(request, status=500, code="INTERNAL", message=message)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """AXES_LOCKOUT_CALLABLE: too many wrong passwords of one user, or from one address (S-05)."""
    seconds = ceil(wait_of(request, credentials).total_seconds())
    minutes = max(1, ceil(seconds / 60))
    message = ngettext(
        "Too many wrong passwords. Try again in %(minutes)s minute, or ask an administrator.",
        "Too many wrong passwords. Try again in %(minutes)s minutes, or ask an administrator.",
        minutes,
    ) % {"minutes": minutes}
    answer = refusal(request, status=429, code="TOO_MANY_TRIES", message=message)
    answer["Retry-After"] = str(seconds)
    return answer


def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return refusal(request, status=error.status, code=error.code, message=str(error.message))


def refusal(request: HttpRequest, *, status: int, code: str, message: str) -> HttpResponse:
    """A page for people, a problem document for programs."""
    if request.path.startswith(API_PREFIX):
        return problem(status=status, code=code, detail=message)
    known = status if status in _PAGES else 400
    context = {"message": message, "status": status, "code": code, "theme": "system"}
    # Rendered without the request: whatever broke it must not break its error page.
    return HttpResponse(render_to_string(f"errors/{known}.html", context), status=status)


_PAGES = frozenset({400, 403, 404, 429, 500})
