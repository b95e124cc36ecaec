"""The history of sessions: when, where and how one began, when it ended, and how."""

from django.contrib.auth import login
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core import clock
from apps.users.domain.browsers import browser_of
from apps.users.models import SignIn, User, UserSession

_HOW = "connect_how"


def sign_in(request: HttpRequest, user: User, *, how: SignIn.How = SignIn.How.PASSWORD) -> None:
    """Begin a session of somebody whose right to it has been checked."""
    setattr(request, _HOW, how)
    login(request, user, backend="apps.users.backends.InstanceBackend")


def began(user: User, *, request: HttpRequest) -> None:
    """The user has signed in; Django keeps the session of who does so twice in one browser."""
    sessions = UserSession.objects.filter(session_key=request.session.session_key or "")
    ended(sessions, how=SignIn.End.SIGNED_OUT)
    SignIn.objects.create(
        user=user,
        session=sessions.first(),
        how=getattr(request, _HOW, SignIn.How.PASSWORD),
        address=request.META.get("REMOTE_ADDR") or None,
        browser=browser_of(request.META.get("HTTP_USER_AGENT", "")),
    )


def ended(sessions: QuerySet[UserSession], *, how: SignIn.End) -> None:
    """Call it before the sessions are deleted; of those without a user nothing is kept."""
    lasting = SignIn.objects.filter(session__in=sessions, ended_at=None)
    lasting.update(ended_at=clock.now(), end=how)
