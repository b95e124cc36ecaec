"""Histories of statuses have no gaps, and what they end with is the present (SR-008)."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent, AgentStatusChange
from apps.agents.services import status
from apps.alarms.checks import Damage, register, row_check
from apps.core.unit_of_work import unit_of_work


def gaps() -> QuerySet[AgentStatusChange]:
    """Intervals that do not end where the next one begins, with that instant."""
    later = AgentStatusChange.objects.filter(agent=OuterRef("agent"), pk__gt=OuterRef("pk"))
    following = Subquery(later.order_by("pk").values("started_at")[:1])
    changes = AgentStatusChange.objects.annotate(following=following)
    open_or_elsewhere = Q(ended_at=None) | ~Q(ended_at=F("following"))
    return changes.filter(open_or_elsewhere, following__isnull=False).select_related("agent__user")


def not_the_present() -> QuerySet[Agent]:
    present = AgentStatusChange.objects.filter(
        agent=OuterRef("pk"), status=OuterRef("status"), ended_at=None
    )
    return Agent.objects.filter(~Exists(present)).select_related("user")


def _locked(agent_id: int) -> Agent:
    return Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent_id)


def _close_gap(damage: Damage) -> None:
    with unit_of_work():
        _locked(AgentStatusChange.objects.get(pk=damage.subject).agent_id)
        change = gaps().filter(pk=damage.subject).first()
        if change is not None:
            status.move_end(change, to=change.following)  # type: ignore[attr-defined]  # annotated


def _continue(damage: Damage) -> None:
    with unit_of_work():
        agent = _locked(damage.subject)
        if not_the_present().filter(pk=agent.pk).exists():
            status.continue_history(agent)


def register_all() -> None:
    """Called once when the app is ready."""
    register(
        row_check(
            "status_not_the_present",
            _("The open interval of an agent's status history is the present status"),
            rows=not_the_present,
            says=lambda agent: text("The status history of %s does not reach to now.") % agent,
            repair=_continue,
        ),
        row_check(
            "status_history_gap",
            _("An agent's status history has no gaps"),
            rows=gaps,
            says=lambda change: text("The status history of %s has a gap.") % change.agent,
            repair=_close_gap,
            is_thorough=True,
        ),
    )
