"""A server process says that it lives; panels of one that stopped saying so are closed."""

from datetime import datetime, timedelta

from apps.agents.models import Panel, ProcessLease

LEASE_LASTS = timedelta(seconds=12)  # and a sweep: not routable ≤ 15 s after (SR-071)


def renew_lease(process: str, *, now: datetime) -> None:
    ProcessLease.objects.update_or_create(process=process, defaults={"seen_at": now})


def panels_of_dead_processes(*, now: datetime) -> list[Panel]:
    """Panels whose process has no lease that is still good. Call it unscoped."""
    living = ProcessLease.objects.filter(seen_at__gt=now - LEASE_LASTS).values("process")
    return list(Panel.objects.exclude(process__in=living).select_related("agent__instance"))
