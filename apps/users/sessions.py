"""Django's SESSION_ENGINE of this house: rows know their user, and age in two ways (S-07).

A session ends SESSION_IDLE_SECONDS after it was last used and SESSION_COOKIE_AGE after log-in,
whichever comes first. Both are folded into the row's `expire_date`, which Django itself checks.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from apps.core import clock
from apps.users import sign_ins
from apps.users.models import SignIn, UserSession

_STARTED, _USED, _ENDS = "started_at", "used_at", "ends_at"

# A request notes that it was here at most this often: not every read should be a write.
_NOTED_EVERY = timedelta(seconds=60)


class SessionStore(DatabaseSessionStore):
    """Sessions in `UserSession`; times inside are seconds since the epoch."""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        row: UserSession = super().create_model_instance(data)  # type: ignore[assignment]
        user_id = data.get("_auth_user_id")
        row.user_id = int(user_id) if user_id else None
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Django itself signs out, and gives a session another key at each log-in."""
        key = session_key or self.session_key
        if key is not None:
            sign_ins.ended(UserSession.objects.filter(session_key=key), how=SignIn.End.SIGNED_OUT)
        super().delete(session_key)

    def start(self) -> None:
        """Begin both limits anew; called at log-in, where Django rotates the key."""
        self[_STARTED] = self[_USED] = clock.now().timestamp()

    def end_after(self, length: timedelta) -> None:
        """Give this session an absolute limit of its own, nearer than the usual one."""
        self[_ENDS] = self[_STARTED] + length.total_seconds()

    def note_use(self) -> None:
        """Move the idle limit; cheap when it was moved a moment ago."""
        now = clock.now().timestamp()
        if _USED in self and now - self[_USED] >= _NOTED_EVERY.total_seconds():
            self[_USED] = now

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """When the row ends: at the nearer of the two limits."""
        started, used = self.get(_STARTED), self.get(_USED)
        if started is None or used is None:
            return super().get_expiry_date(**kwargs)
        ends = min(self._latest(started), used + settings.SESSION_IDLE_SECONDS)
        return datetime.fromtimestamp(ends, tz=UTC)

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Seconds the cookie lives: to the absolute limit, because a socket in use sends none."""
        started = self.get(_STARTED)
        if started is None:
            return super().get_expiry_age(**kwargs)
        return max(0, int(self._latest(started) - clock.now().timestamp()))

    def _latest(self, started: float) -> float:
        usual: float = started + settings.SESSION_COOKIE_AGE
        return min(usual, float(self.get(_ENDS, usual)))


def used_at(content: dict[str, Any]) -> datetime | None:
    """When the session with this decoded content was last used, to the minute."""
    used = content.get(_USED)
    return datetime.fromtimestamp(used, tz=UTC) if used is not None else None


def keep_alive(session_key: str) -> bool:
    """A live socket counts as use; False when the session has ended meanwhile."""
    store = SessionStore(session_key)
    if not store.get("_auth_user_id"):
        return False
    store.note_use()
    if store.modified:
        try:
            store.save()
        except UpdateError:
            return False
    return True
