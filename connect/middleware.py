"""What surrounds every request besides Django's own: refusals as pages, and two headers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.core.errors import DomainError
from connect.errors import domain_error

# The softphone needs the microphone on our own pages; nobody needs anything else.
PERMISSIONS_POLICY = (
    "microphone=(self), autoplay=(self), camera=(), geolocation=(), display-capture=(), "
    "payment=(), usb=()"
)


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
