"""How django-axes counts wrong passwords here: without names in the log, and never across people.

Two doors close for a quarter of an hour (S-05). One is of an account at an address, so that nobody
can be shut out from elsewhere. The other is of an address whoever it asks for, so that one password
cannot be tried on everybody; its limit is high, because an office may share an address.
"""

from datetime import datetime, timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core import clock
from apps.users.domain.lockout import opens_at

# So many times more tries has an address than an account at this address.
PEOPLE_BEHIND_AN_ADDRESS = 10


class TwoDoors(AxesDatabaseHandler):  # type: ignore[misc]
    """AXES_HANDLER."""

    def get_failures(self, request: HttpRequest, credentials: Any = None) -> int:
        """In tries of one account: all of an address count a tenth."""
        of_account: int = super().get_failures(request, credentials)
        of_address = sum(count for _at, count in _tries(_of_address(request)))
        return max(of_account, of_address // PEOPLE_BEHIND_AN_ADDRESS)

    def opens_at(self, request: HttpRequest, credentials: Any = None) -> datetime:
        """When the person may try again; now, if no door is closed."""
        (of_account,) = self.get_user_attempts(request, credentials)
        limit, cool_off = settings.AXES_FAILURE_LIMIT, get_cool_off(request)
        doors = (
            opens_at(_tries(of_account), limit=limit, cool_off=cool_off),
            opens_at(
                _tries(_of_address(request)),
                limit=limit * PEOPLE_BEHIND_AN_ADDRESS,
                cool_off=cool_off,
            ),
        )
        return max(at for at in (*doors, clock.now()) if at is not None)


def wait_of(request: HttpRequest, credentials: Any = None) -> timedelta:
    """How long whoever was locked out has to wait."""
    return TwoDoors().opens_at(request, credentials) - clock.now()


def client_in_log(*_client: Any) -> str:
    """AXES_CLIENT_STR_CALLABLE: neither the name nor the address is written to the log."""
    return "a client"


def _of_address(request: Any) -> QuerySet[Any]:
    attempts: QuerySet[Any] = AccessAttempt.objects.filter(ip_address=request.axes_ip_address)
    return attempts.filter(attempt_time__gte=get_cool_off_threshold(request))


def _tries(attempts: QuerySet[Any]) -> list[tuple[datetime, int]]:
    return list(attempts.values_list("attempt_time", "failures_since_start"))
