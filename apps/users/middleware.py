"""Every request of a signed-in person moves the session's idle limit (S-07)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.users.sessions import SessionStore


class SessionUseMiddleware:
    """Stands after Django's AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.session, SessionStore) and request.session.session_key:
            request.session.note_use()
        return self._get_response(request)
