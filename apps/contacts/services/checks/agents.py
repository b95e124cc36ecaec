"""Agents: free is who may be offered a contact, nobody else; nothing holds who holds nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent, AgentStatus, Panel, ProcessLease
from apps.agents.services import leases
from apps.alarms.checks import Damage, Rows, row_check
from apps.contacts.selectors import held_by
from apps.contacts.services import availability
from apps.core import clock
from apps.core.unit_of_work import unit_of_work

STALE_AFTER = 5 * leases.LEASE_LASTS  # control has had its chance to close them


def _agents() -> QuerySet[Agent]:
    return Agent.objects.select_related("user")


def _holds() -> Exists:
    return Exists(held_by(OuterRef("pk")))


def _may_be_free() -> Q:
    """The rule of `availability`, as a condition."""
    panel = Panel.objects.filter(agent=OuterRef("pk"), has_audio=True, is_softphone_ready=True)
    return (
        Q(status__kind=AgentStatus.Kind.ROUTABLE, next_status=None, user__is_active=True)
        & Exists(panel)
        & ~_holds()
    )


def reserved_without_offer() -> QuerySet[Agent]:
    return _agents().filter(_may_be_free(), available_since=None)


def free_and_not_able() -> QuerySet[Agent]:
    return _agents().filter(~_may_be_free(), available_since__isnull=False)


def with_forgotten_status() -> QuerySet[Agent]:
    """A next status waits for the end of a contact; without one it would wait for ever."""
    return _agents().filter(~_holds(), next_status__isnull=False)


def panels_of_nobody() -> QuerySet[Panel]:
    """Measured by the newest lease: in a house that stands still no process is more dead."""
    newest = ProcessLease.objects.aggregate(at=Max("seen_at"))["at"]
    if newest is None:
        return Panel.objects.none()
    long_ago = newest - STALE_AFTER
    living = ProcessLease.objects.filter(seen_at__gt=long_ago).values("process")
    panels = Panel.objects.exclude(process__in=living).filter(opened_at__lt=long_ago)
    return panels.select_related("agent__user")


def _with_agent(rows: Rows, mend: Callable[[Agent, datetime], None]) -> Callable[[Damage], None]:
    """Under the agent's lock, if it is still so."""

    def repair(damage: Damage) -> None:
        with unit_of_work():
            agent = availability.locked_agent(damage.subject)
            if rows().filter(pk=agent.pk).exists():
                mend(agent, clock.now())

    return repair


def _refresh(agent: Agent, now: datetime) -> None:
    availability.refresh(agent, now=now)


def _apply(agent: Agent, now: datetime) -> None:
    availability.apply_next_status(agent, now=now)
    availability.refresh(agent, now=now)


def _close_panel(damage: Damage) -> None:
    panel: Any = panels_of_nobody().filter(pk=damage.subject).first()
    if panel is not None:
        availability.panel_closed(agent_id=panel.agent_id, socket=panel.socket)


CHECKS = (
    row_check(
        "agent_reserved_without_offer",
        _("An agent who could be offered a contact is free"),
        rows=reserved_without_offer,
        says=lambda agent: text("%s is available, holds nothing, and gets no contact.") % agent,
        repair=_with_agent(reserved_without_offer, _refresh),
    ),
    row_check(
        "agent_free_and_not_able",
        _("An agent who counts as free can be offered a contact"),
        rows=free_and_not_able,
        says=lambda agent: text("%s counts as free and cannot take a contact.") % agent,
        repair=_with_agent(free_and_not_able, _refresh),
    ),
    row_check(
        "agent_with_forgotten_status",
        _("A next status waits for the end of a contact"),
        rows=with_forgotten_status,
        says=lambda agent: text("%s waits for a next status without holding a contact.") % agent,
        repair=_with_agent(with_forgotten_status, _apply),
    ),
    row_check(
        "panel_of_dead_process",
        _("An open panel belongs to a process that lives"),
        rows=panels_of_nobody,
        says=lambda panel: text("A panel of %s is held by a process that is gone.") % panel.agent,
        repair=_close_panel,
    ),
)
