"""The history of sessions: when one began, when it ended, and how."""

from django.db.models import QuerySet

from apps.core import clock
from apps.users.models import SignIn, User, UserSession


def began(user: User, *, session_key: str) -> None:
    """The user has signed in; Django keeps the session of who does so twice in one browser."""
    sessions = UserSession.objects.filter(session_key=session_key)
    ended(sessions, how=SignIn.End.SIGNED_OUT)
    SignIn.objects.create(user=user, session=sessions.first())


def ended(sessions: QuerySet[UserSession], *, how: SignIn.End) -> None:
    """Call it before the sessions are deleted; of those without a user nothing is kept."""
    lasting = SignIn.objects.filter(session__in=sessions, ended_at=None)
    lasting.update(ended_at=clock.now(), end=how)
