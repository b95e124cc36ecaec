"""Session log-in for the REST interface, with 401 for those who are not signed in."""

from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class SignedIn(SessionAuthentication):
    """The pages' session cookie; a change also needs the CSRF token in `X-CSRFToken`."""

    def authenticate_header(self, request: Request) -> str:
        """Without a challenge DRF would answer 403 to everybody who is not signed in."""
        return "Session"


class SignedInScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """How the OpenAPI document shows it; found by drf-spectacular through this class."""

    target_class = "apps.core.api.authentication.SignedIn"
    priority = 0
