"""Questions about agents and what they may choose."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent, AgentStatus, AgentStatusChange, UserUpload
from apps.core.errors import NotFound
from apps.instances.scope import unscoped
from apps.routing.selectors.routing_profiles import profile_entries
from apps.users.models import User


class NotAnAgent(NotFound):
    code = "NOT_AN_AGENT"
    message = _("You are not set up as an agent here. An administrator can change that.")


def agents() -> QuerySet[Agent]:
    """The agents of the scoped instance, switched off or not; nobody who was deleted."""
    return Agent.objects.filter(user__deleted_at=None).select_related("user")


def agent_statuses() -> QuerySet[AgentStatus]:
    """The statuses of the scoped instance, switched off or not."""
    return AgentStatus.objects.all()


def choosable_status(public_id: UUID) -> AgentStatus:
    """A status an agent may choose; `NotFound` for one that is switched off."""
    found = AgentStatus.objects.filter(public_id=public_id, is_enabled=True).first()
    if found is None:
        raise NotFound
    return found


def status_history(agent: Agent) -> QuerySet[AgentStatusChange]:
    """The intervals of the agent's statuses with their status."""
    return AgentStatusChange.objects.filter(agent=agent).select_related("status")


def snapshot_sequences(agent_ids: list[int]) -> dict[int, int]:
    """The number of each agent's newest snapshot, in one query."""
    with unscoped("a process holds the panels of all instances"):
        agents = Agent.objects.filter(pk__in=agent_ids).order_by()
        return dict(agents.values_list("pk", "snapshot_sequence"))


def agent_of_user(user: User) -> Agent:
    """The user's working side in the scoped instance, with all that configures it."""
    agents = Agent.objects.select_related(
        "user", "status", "next_status", "routing_profile__default_outbound_queue"
    ).prefetch_related(profile_entries("routing_profile__entries"))
    found = agents.filter(user=user).first()
    if found is None:
        raise NotAnAgent
    return found


def uploads_of(user: User) -> QuerySet[UserUpload]:
    """What the person uploaded to the scoped instance, the newest first; nobody else's concern."""
    return UserUpload.objects.filter(uploaded_by=user)


def upload_of(user: User, public_id: UUID) -> UserUpload:
    found = uploads_of(user).filter(public_id=public_id).select_related("instance").first()
    if found is None:
        raise NotFound
    return found
