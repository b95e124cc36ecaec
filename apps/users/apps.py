from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest


class UsersConfig(AppConfig):
    name = "apps.users"
    verbose_name = "Users"

    def ready(self) -> None:
        from apps.core.unit_of_work import register_flusher
        from apps.users.services import end_sessions_of_closed

        register_flusher("instance", end_sessions_of_closed)
        user_logged_in.connect(_start_session)


def _start_session(*, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """Whichever way somebody signs in, both limits of the session and its history begin there."""
    from apps.users import sign_ins
    from apps.users.sessions import SessionStore

    if isinstance(request.session, SessionStore):
        request.session.start()
        sign_ins.began(user, request=request)
