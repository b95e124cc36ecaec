"""Creating many people at once: made ready before, then written in one short transaction.

While SQLite is written to, nobody else writes, and calls wait. So what takes its time comes before:
checking, hashing passwords, making the rows and the entries of the audit that tell of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent, AgentStatusChange
from apps.agents.services.people import (
    beginning_of,
    new_agent,
    require_number_of,
    required_profile,
)
from apps.agents.services.settings import PhoneSettings
from apps.audit.models import AuditEntry
from apps.audit.services import entries_of_made, record_made
from apps.core import clock
from apps.core.errors import Conflict
from apps.core.new_rows import NewRows, give_keys
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.instances.services.quotas import check_room
from apps.routing.models import Queue, RoutingProfile
from apps.routing.services.queues import insert_agent_queues, new_agent_queue
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.services import assign_to_newcomers, first_memberships
from apps.users.models import HierarchyGroup, User
from apps.users.selectors import users_of
from apps.users.services import insert_users

_HELD = User._meta.get_field("groups")


class ChangedMeanwhile(Conflict):
    """What somebody was to get has gone since it was looked up."""

    code = "CHANGED_MEANWHILE"
    message = _("A profile or group that these people were to get is no longer there.")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The rows that are to be, not saved, and what the user will hold."""

    user: User
    agent: Agent
    profiles: tuple[SecurityProfile, ...]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Newcomers with all rows that they are made of, ready to be inserted."""

    newcomers: Sequence[Newcomer]
    users: NewRows[User]
    memberships: NewRows[Any]
    agents: NewRows[Agent]
    beginnings: NewRows[AgentStatusChange]
    queues: NewRows[Queue]
    entries: NewRows[AuditEntry]


def newcomer(
    user: User,
    *,
    instance: Instance,
    profiles: Sequence[SecurityProfile],
    routing_profile: RoutingProfile | None,
    hierarchy_group: HierarchyGroup | None,
    phone: PhoneSettings,
) -> Newcomer:
    """Somebody made by `users.services.new_user`, checked as far as one can before saving."""
    require_number_of(profiles)
    routing_profile = required_profile(routing_profile, instance.pk)
    user.hierarchy_group = hierarchy_group
    agent = new_agent(user, routing_profile=routing_profile, phone=phone)
    by_key = {profile.pk: profile for profile in profiles}
    return Newcomer(user, agent, tuple(by_key[key] for key in sorted(by_key)))


def made_ready(newcomers: Sequence[Newcomer], *, instance: Instance) -> Crowd:
    """Everything that can be done before the transaction. Their users have their hashes already."""
    users, agents = _with_keys(newcomers)
    queues = [new_agent_queue(user, instance=instance) for user in users]
    give_keys(Queue, queues)
    held = {each.user.pk: {p.group_id for p in each.profiles} for each in newcomers}
    entries = [
        *entries_of_made(users, links={_HELD: held}),
        *entries_of_made(agents),
        *entries_of_made(queues),
    ]
    memberships = first_memberships((n.user, profile) for n in newcomers for profile in n.profiles)
    return Crowd(
        newcomers,
        users=NewRows(User, users),
        memberships=NewRows(User.groups.through, memberships),
        agents=NewRows(Agent, agents),
        beginnings=NewRows(AgentStatusChange, [beginning_of(agent) for agent in agents]),
        queues=NewRows(Queue, queues),
        entries=NewRows(AuditEntry, entries),
    )


def insert_newcomers(crowd: Crowd, *, instance: Instance, acting_user: User | None) -> None:
    """Create all of them or, with an error, none."""
    with unit_of_work():
        check_room(instance, "users", users_of(instance), more=len(crowd.newcomers))
        _require_still_there(crowd.newcomers)
        insert_users(crowd.users)
        assign_to_newcomers(crowd.memberships, instance=instance, acting_user=acting_user)
        crowd.agents.insert()
        crowd.beginnings.insert()
        insert_agent_queues(crowd.queues)
        record_made(crowd.entries)


def _with_keys(newcomers: Sequence[Newcomer]) -> tuple[list[User], list[Agent]]:
    """Keys for what others refer to; an agent takes its user's when it is given the user."""
    users, agents = [each.user for each in newcomers], [each.agent for each in newcomers]
    give_keys(User, users)
    give_keys(Agent, agents)
    now = clock.now()
    for user, agent in zip(users, agents, strict=True):
        agent.user, agent.status_since = user, now
    return users, agents


def _require_still_there(newcomers: Sequence[Newcomer]) -> None:
    """The rows they refer to are still of this instance, and still open to newcomers."""
    routing = {each.agent.routing_profile_id for each in newcomers}
    chosen = (each.user.hierarchy_group_id for each in newcomers)
    groups = {key for key in chosen if key is not None}
    for wanted, rows in (
        (routing, RoutingProfile.objects.all()),
        (groups, HierarchyGroup.objects.filter(is_enabled=True)),
    ):
        if rows.filter(pk__in=wanted).count() != len(wanted):
            raise ChangedMeanwhile
