"""Writing down what an agent chose; contacts, which knows offers, decides when it may be."""

from datetime import datetime

from apps.agents.models import Agent, AgentStatus, AgentStatusChange
from apps.agents.services.panels import log_out


def record_status(
    agent: Agent,
    *,
    status: AgentStatus,
    now: datetime,
    cause: AgentStatusChange.Cause = AgentStatusChange.Cause.CHOSEN,
) -> None:
    """Make `status` the agent's status from `now`; the former interval ends where this begins.

    Offline logs the agent out where the instance says so (SR-069).
    """
    if agent.status_id == status.pk and agent.next_status_id is None:
        return
    agent.next_status = None
    if agent.status_id != status.pk:
        agent.status, agent.status_since = status, now
        AgentStatusChange.objects.filter(agent=agent, ended_at=None).update(ended_at=now)
        AgentStatusChange.objects.create(
            instance_id=agent.instance_id, agent=agent, status=status, started_at=now, cause=cause
        )
        if status.kind == AgentStatus.Kind.OFFLINE and agent.instance.offline_logs_out:
            log_out(agent)
    agent.save(update_fields=["status", "status_since", "next_status"])


def move_end(change: AgentStatusChange, *, to: datetime) -> None:
    """Close a gap: an interval ends where the next one begins (SR-008). Only the doctor does so."""
    change.ended_at = to
    change.save(update_fields=["ended_at"])


def continue_history(agent: Agent) -> None:
    """Make the history reach to now with the present status; what it says of before stays."""
    last = AgentStatusChange.objects.filter(agent=agent).order_by("pk").last()
    begins = agent.status_since
    if last is not None:
        begins = last.ended_at or max(begins, last.started_at)
        move_end(last, to=begins)
    AgentStatusChange.objects.create(
        instance_id=agent.instance_id, agent=agent, status_id=agent.status_id, started_at=begins
    )


def record_next_status(agent: Agent, *, status: AgentStatus | None) -> None:
    """Remember what applies when the agent's contacts are cleared; None cancels."""
    agent.next_status = status
    agent.save(update_fields=["next_status"])


def record_availability(agent: Agent, *, is_free: bool, now: datetime) -> bool:
    """Keep `available_since` true to `is_free`; True when the agent has just become free."""
    if is_free == (agent.available_since is not None):
        return False
    agent.available_since = now if is_free else None
    agent.save(update_fields=["available_since"])
    return is_free
