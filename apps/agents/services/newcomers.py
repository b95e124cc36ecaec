"""Creating many people at once: checked before, then written in one short transaction.

While SQLite is written to, nobody else writes, and calls wait. So what takes its time, checking and
hashing passwords, comes before, and the rows are inserted with few statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from apps.agents.models import Agent, AgentStatusChange
from apps.agents.services.people import (
    beginning_of,
    new_agent,
    require_number_of,
    required_profile,
)
from apps.agents.services.settings import PhoneSettings
from apps.audit.services import record_made
from apps.core import clock
from apps.core.errors import Conflict
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.instances.services.quotas import check_room
from apps.routing.models import RoutingProfile
from apps.routing.services.queues import create_agent_queues
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.services import assign_to_newcomers
from apps.users.models import HierarchyGroup, User
from apps.users.selectors import users_of
from apps.users.services import insert_users

_AT_ONCE = 500  # rows in one statement
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


def insert_newcomers(
    newcomers: Sequence[Newcomer], *, instance: Instance, acting_user: User | None
) -> None:
    """Create all of them or, with an error, none. Their users have their hashes already."""
    now = clock.now()
    users = [each.user for each in newcomers]
    agents = [each.agent for each in newcomers]
    with unit_of_work():
        check_room(instance, "users", users_of(instance), more=len(users))
        _require_all_there(newcomers)
        insert_users(users)
        _assign(newcomers, instance, acting_user)
        for agent in agents:
            agent.status_since = now
        Agent.objects.bulk_create(agents, batch_size=_AT_ONCE)
        beginnings = [beginning_of(agent) for agent in agents]
        AgentStatusChange.objects.bulk_create(beginnings, batch_size=_AT_ONCE)
        queues = create_agent_queues(users, instance=instance)
        held = {each.user.pk: {p.group_id for p in each.profiles} for each in newcomers}
        record_made(users, links={_HELD: held})
        record_made(agents)
        record_made(queues)


def _assign(newcomers: Sequence[Newcomer], instance: Instance, acting_user: User | None) -> None:
    def keys(each: Newcomer) -> list[int]:
        return [profile.pk for profile in each.profiles]

    for _keys, group in groupby(sorted(newcomers, key=keys), key=keys):
        alike = list(group)
        assign_to_newcomers(
            [each.user for each in alike],
            profiles=alike[0].profiles,
            instance=instance,
            acting_user=acting_user,
        )


def _require_all_there(newcomers: Sequence[Newcomer]) -> None:
    """The rows they refer to are still of this instance, and still open to newcomers."""
    routing = {each.agent.routing_profile_id for each in newcomers}
    chosen = (each.user.hierarchy_group_id for each in newcomers)
    groups = {key for key in chosen if key is not None}
    security = {profile.pk for each in newcomers for profile in each.profiles}
    for wanted, rows in (
        (routing, RoutingProfile.objects.all()),
        (groups, HierarchyGroup.objects.filter(is_enabled=True)),
        (security, SecurityProfile.objects.all()),
    ):
        if rows.filter(pk__in=wanted).count() != len(wanted):
            raise ChangedMeanwhile
