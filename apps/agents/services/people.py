"""People of an instance: a user, the agent that works, and the queue of their own, as one."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent, AgentStatus, AgentStatusChange
from apps.agents.services.settings import SOFTPHONE, PhoneSettings, apply_settings
from apps.core import clock
from apps.core.errors import InvalidInput
from apps.core.unit_of_work import touch, unit_of_work
from apps.instances.models import Instance
from apps.routing.models import RoutingProfile
from apps.routing.services import create_agent_queue
from apps.security_profiles.models import SecurityProfile
from apps.users import services as users
from apps.users.models import HierarchyGroup, User

MOST_PROFILES = 10


class SecurityProfilesNeeded(InvalidInput):
    """Without any, a person can do nothing at all (SR-018)."""

    code = "SECURITY_PROFILES_NEEDED"
    message = _("Give each person at least one security profile, and at most ten.")


class RoutingProfileNeeded(InvalidInput):
    code = "ROUTING_PROFILE_NEEDED"
    message = _("Choose a routing profile of this instance.")


def create_person(
    *,
    instance: Instance,
    username: str,
    password: str,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    profiles: Sequence[SecurityProfile],
    routing_profile: RoutingProfile | None,
    hierarchy_group: HierarchyGroup | None = None,
    phone: PhoneSettings = SOFTPHONE,
    acting_user: User | None = None,
) -> User:
    """Somebody who can sign in and work: all of it, or nothing. Errors name the field.

    The password of the acting person's choice is checked and stored as a hash only (SR-053).
    """
    _require_number_of(profiles)
    if routing_profile is None or routing_profile.instance_id != instance.pk:
        raise RoutingProfileNeeded(field="routing_profile")
    with unit_of_work():
        user = users.create_user(
            instance=instance,
            username=username,
            password=password,
            first_name=first_name,
            last_name=last_name,
            email=email,
            profiles=profiles,
            hierarchy_group=hierarchy_group,
            acting_user=acting_user,
        )
        create_agent(user=user, routing_profile=routing_profile, phone=phone)
    return user


def create_agent(
    *, user: User, routing_profile: RoutingProfile, phone: PhoneSettings = SOFTPHONE
) -> Agent:
    """Give a user a routing profile, an Offline status that began now, and a queue of their own."""
    instance = routing_profile.instance
    with unit_of_work():
        now = clock.now()
        offline = AgentStatus.objects.get(kind=AgentStatus.Kind.OFFLINE)
        agent = Agent(
            instance=instance,
            user=user,
            routing_profile=routing_profile,
            status=offline,
            status_since=now,
        )
        apply_settings(agent, phone, instance=instance)
        agent.save()
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


def _require_number_of(profiles: Sequence[SecurityProfile]) -> None:
    if not 1 <= len(set(profiles)) <= MOST_PROFILES:
        raise SecurityProfilesNeeded(field="profiles")
