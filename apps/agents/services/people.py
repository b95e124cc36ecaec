"""Making somebody an agent."""

from apps.agents.models import Agent, AgentStatus, AgentStatusChange
from apps.core import clock
from apps.core.unit_of_work import touch, unit_of_work
from apps.routing.models import RoutingProfile
from apps.routing.services import create_agent_queue
from apps.users.models import User


def create_agent(*, user: User, routing_profile: RoutingProfile, acw_seconds: int = 0) -> Agent:
    """Give a user a routing profile, an Offline status that began now, and a queue of their own."""
    instance = routing_profile.instance
    with unit_of_work():
        now = clock.now()
        offline = AgentStatus.objects.get(kind=AgentStatus.Kind.OFFLINE)
        agent = Agent.objects.create(
            instance=instance,
            user=user,
            routing_profile=routing_profile,
            status=offline,
            status_since=now,
            acw_seconds=acw_seconds,
        )
        AgentStatusChange.objects.create(
            instance=instance, agent=agent, status=offline, started_at=now
        )
        create_agent_queue(user=user, instance=instance)
        touch("agent", agent.pk)
    return agent


def give_routing_profile(*, agent_id: int, routing_profile: RoutingProfile) -> None:
    """Let the agent serve other queues from now on; a contact held is not concerned."""
    with unit_of_work():
        agent = Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent_id)
        agent.routing_profile = routing_profile
        agent.save(update_fields=["routing_profile"])
        touch("agent", agent.pk)
        touch("routing", agent.instance_id)
