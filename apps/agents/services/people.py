"""People of an instance: a user, the agent that works, and the queue of their own, as one."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from apps.agents import engagement
from apps.agents.models import Agent, AgentStatus, AgentStatusChange
from apps.agents.services.many_people import lock_instances, lock_people
from apps.agents.services.panels import goes_offline_at
from apps.agents.services.settings import (
    SOFTPHONE,
    PhoneSettings,
    apply_settings,
    phone_settings_of,
    set_phone_settings,
)
from apps.agents.services.status import record_availability, record_status
from apps.audit.services import Action, record
from apps.core import clock
from apps.core.errors import Conflict, InvalidInput
from apps.core.unit_of_work import touch, unit_of_work
from apps.instances.models import Instance
from apps.routing.models import RoutingProfile
from apps.routing.services.queues import close_agent_queue, create_agent_queue
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.services import assign
from apps.users import hierarchy
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


class AgentMissing(Conflict):
    """Made by an operator's service; the form of the person adds what is missing."""

    code = "AGENT_MISSING"
    message = _("This person has no routing profile yet. Open the person's page and choose one.")


class AgentEngaged(Conflict):
    code = "AGENT_ENGAGED"
    message = _("This person handles a contact. Wait until it is cleared.")


class AgentAwaited(Conflict):
    """Nobody else serves the own queue: the callers would wait for ever."""

    code = "AGENT_AWAITED"
    message = _(
        "Callers wait for this person in the person's own queue. "
        "Wait until they are answered or have left."
    )


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
    require_number_of(profiles)
    routing_profile = required_profile(routing_profile, instance.pk)
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


def change_person(
    user: User,
    *,
    first_name: str,
    last_name: str,
    email: str,
    profiles: Sequence[SecurityProfile],
    routing_profile: RoutingProfile | None,
    hierarchy_group: HierarchyGroup | None,
    phone: PhoneSettings,
    acting_user: User | None = None,
) -> None:
    """Make the person what is given. Only what differs is written, and asks for its own right.

    So somebody who may not touch a person's rights may still give another routing profile.
    """
    require_number_of(profiles)
    names = {"first_name": first_name, "last_name": last_name, "email": email}
    with unit_of_work():
        lock_people([user])
        if any(getattr(user, field) != text for field, text in names.items()):
            users.change_names(user, **names, acting_user=acting_user)
        if {p.group_id for p in profiles} != set(user.groups.values_list("pk", flat=True)):
            assign(user, profiles=profiles, acting_user=acting_user)
        if hierarchy_group != user.hierarchy_group:
            hierarchy.move_user(user, group=hierarchy_group)
        _change_agent(user, routing_profile=routing_profile, phone=phone, acting_user=acting_user)


def add_profile(user: User, *, profile: SecurityProfile, acting_user: User | None = None) -> None:
    """Let the person hold one security profile more."""
    with unit_of_work():
        present = SecurityProfile.objects.filter(group__user=user)
        profiles = list(present | SecurityProfile.objects.filter(pk=profile.pk))
        require_number_of(profiles)
        assign(user, profiles=profiles, acting_user=acting_user)


def set_person_active(user: User, *, is_active: bool, acting_user: User | None = None) -> None:
    """Switch a person on or off. Switched off, all sessions end and no more contacts come."""
    with unit_of_work():
        lock_people([user])
        users.set_active(user, is_active=is_active, acting_user=acting_user)
        agent = _locked_agent_of(user)
        if agent is not None and not is_active:
            record_availability(agent, is_free=False, now=clock.now())
            touch("agent", agent.pk)


def delete_person(user: User, *, acting_user: User | None = None) -> None:
    """Take a person out of everything for good; records and histories keep the name.

    Refused for oneself, while a contact is handled or waits in the own queue, and while something
    needs the person.
    """
    with unit_of_work():
        lock_instances([user])
        close_agent_queue(user)
        agent = _locked_agent_of(user)
        users.delete_user(user, acting_user=acting_user)
        record(user, changes={}, action=Action.DELETE)  # though the row stays
        if agent is not None:
            _retire(agent)


def create_agent(
    *, user: User, routing_profile: RoutingProfile, phone: PhoneSettings = SOFTPHONE
) -> Agent:
    """Give a user a routing profile, an Offline status that began now, and a queue of their own."""
    instance = routing_profile.instance
    with unit_of_work():
        agent = new_agent(user, routing_profile=routing_profile, phone=phone)
        agent.save()
        beginning_of(agent).save()
        create_agent_queue(user=user, instance=instance)
        touch("agent", agent.pk)
    return agent


def new_agent(user: User, *, routing_profile: RoutingProfile, phone: PhoneSettings) -> Agent:
    """An agent's side with checked settings, Offline from now on; not saved."""
    agent = Agent(
        instance=routing_profile.instance,
        user=user,
        routing_profile=routing_profile,
        status=AgentStatus.objects.get(kind=AgentStatus.Kind.OFFLINE),
        status_since=clock.now(),
    )
    apply_settings(agent, phone, instance=routing_profile.instance)
    return agent


def beginning_of(agent: Agent) -> AgentStatusChange:
    """The first interval of the agent's history; not saved."""
    return AgentStatusChange(
        instance_id=agent.instance_id,
        agent=agent,
        status=agent.status,
        started_at=agent.status_since,
    )


def give_routing_profile(*, agent_id: int, routing_profile: RoutingProfile) -> None:
    """Let the agent serve other queues from now on; a contact held is not concerned."""
    with unit_of_work():
        agent = Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent_id)
        agent.routing_profile = routing_profile
        agent.save(update_fields=["routing_profile"])
        touch("agent", agent.pk)
        touch("routing", agent.instance_id)


def _change_agent(
    user: User,
    *,
    routing_profile: RoutingProfile | None,
    phone: PhoneSettings,
    acting_user: User | None,
) -> None:
    """Somebody made without an agent's side, as an operator's service may do, gets one."""
    routing_profile = required_profile(routing_profile, user.instance_id)
    agent = Agent.objects.select_related("instance", "user").filter(user=user).first()
    if agent is None:
        create_agent(user=user, routing_profile=routing_profile, phone=phone)
        return
    if agent.routing_profile_id != routing_profile.pk:
        give_routing_profile(agent_id=agent.pk, routing_profile=routing_profile)
    if phone_settings_of(agent) != phone:
        set_phone_settings(agent, phone, acting_user=acting_user)


def _retire(agent: Agent) -> None:
    if engagement.is_engaged(agent):
        raise AgentEngaged
    if engagement.is_awaited(agent):
        raise AgentAwaited
    now = clock.now()
    record_availability(agent, is_free=False, now=now)
    goes_offline_at(agent, None)
    record_status(agent, status=AgentStatus.objects.get(kind=AgentStatus.Kind.OFFLINE), now=now)
    touch("agent", agent.pk)


def agent_of(user: User) -> Agent:
    """The person's side that works, with what its settings need."""
    agent = Agent.objects.select_related("instance", "user").filter(user=user).first()
    if agent is None:
        raise AgentMissing
    return agent


def _locked_agent_of(user: User) -> Agent | None:
    rows = Agent.objects.filter(user=user).select_for_update(of=("self",), no_key=True)
    return rows.select_related("instance", "user").first()


def require_number_of(profiles: Sequence[SecurityProfile]) -> None:
    if not 1 <= len(set(profiles)) <= MOST_PROFILES:
        raise SecurityProfilesNeeded(field="profiles")


def required_profile(profile: RoutingProfile | None, instance_id: int | None) -> RoutingProfile:
    if profile is None or profile.instance_id != instance_id:
        raise RoutingProfileNeeded(field="routing_profile")
    return profile
