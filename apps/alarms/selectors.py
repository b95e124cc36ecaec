"""Reading alarms."""

from django.db.models import QuerySet

from apps.alarms.models import Alarm
from apps.core.errors import NotAllowed
from apps.security_profiles.selectors import require
from apps.users.models import User

SEES_ALARMS = "RealTimeMetrics.Access"
OPEN, CLOSED = "open", "closed"


def alarms_for(user: User) -> QuerySet[Alarm]:
    """An operator sees all, others with the right to real-time metrics those of their instance.

    Raises `PermissionMissing`, or `NotAllowed` for somebody without instance who is no operator.
    """
    alarms = Alarm.objects.select_related("instance", "closed_by")
    if user.is_superuser:
        return alarms
    if user.instance is None:
        raise NotAllowed
    require(user, SEES_ALARMS, user.instance)
    return alarms.filter(instance=user.instance)


def matching(
    alarms: QuerySet[Alarm], *, state: str | None = None, kind: str | None = None
) -> QuerySet[Alarm]:
    """Those that are `open` or `closed`, and of this kind, if either is asked for."""
    if state is not None:
        alarms = alarms.filter(closed_at__isnull=state == OPEN)
    return alarms if kind is None else alarms.filter(kind=kind)
