"""The only writer of profiles, grants and memberships.

`acting_user` None is the installation itself. A person can never give away, or take from somebody,
more than that person holds (S-04).
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from uuid6 import uuid7

from apps.audit.services import record
from apps.core import bus
from apps.core.errors import Conflict, InvalidInput, NotAllowed
from apps.core.new_rows import NewRows
from apps.core.text import tidy_name
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.instances.saving import save_named
from apps.instances.scope import instance_scope, unscoped
from apps.instances.services.instances import renew_permissions_stamp
from apps.instances.services.quotas import check_room
from apps.security_profiles.domain.catalogue import ALL_NAMES, CATALOGUE, codename_of, expand
from apps.security_profiles.domain.defaults import DEFAULT_PROFILES
from apps.security_profiles.models import InstanceGrant, SecurityProfile
from apps.security_profiles.selectors import (
    granted_to,
    has_administrator,
    holders_of,
    may_manage,
    permissions_in,
    permissions_of,
    require,
)
from apps.users.models import User

_log = logging.getLogger(__name__)


class EscalationRefused(NotAllowed):
    """The acting person does not hold what is being given or taken."""

    code = "ESCALATION_REFUSED"
    message = _("You cannot manage permissions that you do not have yourself.")


class ProfileNameTaken(Conflict):
    code = "PROFILE_NAME_TAKEN"
    message = _("A security profile with this name already exists.")


class UnknownPermission(InvalidInput):
    code = "UNKNOWN_PERMISSION"
    message = _("There is no such permission.")


class ProfileInUse(Conflict):
    code = "PROFILE_IN_USE"


class LastAdministrator(Conflict):
    """Without such a person nobody of the instance could ever change rights again."""

    code = "LAST_ADMINISTRATOR"
    message = _(
        "Afterwards nobody here could manage security profiles any more. Give somebody else the "
        "permissions to edit security profiles and people's permissions first."
    )


def create_profile(
    *,
    instance: Instance,
    name: str,
    permissions: Iterable[str] = (),
    description: str = "",
    acting_user: User | None = None,
) -> SecurityProfile:
    """Create a profile holding these permissions (API names) and what they imply."""
    names = _expanded(permissions)
    with unit_of_work(), instance_scope(instance):
        instance = _locked(instance.pk)
        _require_holds(acting_user, names, instance)
        check_room(instance, "security_profiles", SecurityProfile.objects.all())
        public_id = uuid7()
        group = Group.objects.create(name=str(public_id))
        profile = SecurityProfile(instance=instance, public_id=public_id, group=group)
        _describe(profile, name=name, description=description)
        _grant(profile, names)
        record(profile, changes={"permissions": [None, sorted(names)]})
    _log.info("security profile created", extra=_facts(profile, acting_user))
    return profile


def change_profile(
    profile: SecurityProfile, *, name: str, description: str, acting_user: User | None = None
) -> None:
    """Rename and describe a profile; who holds it and what it allows stay."""
    with unit_of_work(), instance_scope(profile.instance):
        instance = _locked(profile.instance_id)
        _require_holds(acting_user, permissions_in(profile), instance)
        _describe(profile, name=name, description=description)
    _log.info("security profile renamed", extra=_facts(profile, acting_user))


def set_permissions(
    profile: SecurityProfile, *, permissions: Iterable[str], acting_user: User | None = None
) -> None:
    """Make the profile hold exactly these permissions and what they imply; effective at once."""
    wanted = _expanded(permissions)
    with administrators_kept(profile.instance_id, acting_user=acting_user) as instance:
        present = permissions_in(profile)
        _require_holds(acting_user, wanted | present, instance)
        InstanceGrant.objects.filter(
            group_id=profile.group_id,
            permission__codename__in=map(codename_of, present - wanted),
        ).delete()
        _grant(profile, wanted - present)
        record(profile, changes={"permissions": [sorted(present), sorted(wanted)]})
        renew_permissions_stamp(instance)
        if present - wanted:
            _announce(*holders_of(profile).values_list("pk", flat=True))
    _log.info("security profile changed", extra=_facts(profile, acting_user))


def delete_profile(profile: SecurityProfile, *, acting_user: User | None = None) -> None:
    """Delete a profile that nobody holds."""
    with unit_of_work():
        instance = _locked(profile.instance_id)
        _require_holds(acting_user, permissions_in(profile), instance)
        if count := holders_of(profile).count():
            message = ngettext(
                "%d person has this profile. Take it away first.",
                "%d people have this profile. Take it away from them first.",
                count,
            )
            raise ProfileInUse(message % count, count=count)
        profile.group.delete()
    _log.info("security profile deleted", extra=_facts(profile, acting_user))


def assign(
    user: User, *, profiles: Sequence[SecurityProfile], acting_user: User | None = None
) -> None:
    """Make the user hold exactly these profiles of the user's own instance; effective at once.

    Giving somebody new the first profiles belongs to creating; changing them is a right of its own.
    """
    if user.instance_id is None or any(p.instance_id != user.instance_id for p in profiles):
        raise InvalidInput(_("The profile is not one of this instance."), field="profiles")
    with administrators_kept(user.instance_id, acting_user=acting_user) as instance:
        if acting_user is not None:
            new = frozenset[str]().union(*map(permissions_in, profiles))
            _require_holds(acting_user, new | granted_to(user, instance), instance)
            if user.groups.exists():
                require(acting_user, "Users.EditPermission", instance)
        user.groups.set([profile.group_id for profile in profiles])
        renew_permissions_stamp(instance)
        _announce(user.pk)
        user.instance = instance
    _log.info(
        "security profiles assigned",
        extra={"user": str(user.public_id), "acting_user": _name(acting_user)},
    )


def first_memberships(held: Iterable[tuple[User, SecurityProfile]]) -> list[Any]:
    """Rows for `assign_to_newcomers`, not saved; the users have keys, and hold nothing yet."""
    membership = User.groups.through
    return [membership(user_id=user.pk, group_id=profile.group_id) for user, profile in held]


def assign_to_newcomers(
    memberships: NewRows[Any], *, instance: Instance, acting_user: User | None = None
) -> None:
    """Let people of the instance hold the first profiles that they get.

    The caller records it, as what each newcomer began with.
    """
    groups = {membership.group_id for membership in memberships.rows}
    with unit_of_work(), instance_scope(instance):
        instance = _locked(instance.pk)
        profiles = SecurityProfile.objects.filter(group_id__in=groups)
        if len(profiles) != len(groups):
            raise InvalidInput(_("The profile is not one of this instance."), field="profiles")
        given = frozenset[str]().union(*map(permissions_in, profiles))
        _require_holds(acting_user, given, instance)
        memberships.insert()
        renew_permissions_stamp(instance)


def require_may_manage(user: User, *, acting_user: User | None) -> None:
    """Refuse to touch somebody of elsewhere, or who holds more than the acting person (S-04)."""
    if not may_manage(user, acting_user=acting_user):
        raise EscalationRefused


@contextmanager
def administrators_kept(instance_id: int, *, acting_user: User | None = None) -> Iterator[Instance]:
    """A unit of work under the instance's lock, undone if a person shuts everybody out by it."""
    with unit_of_work():
        instance = _locked(instance_id)
        had_one = acting_user is not None and has_administrator(instance)
        yield instance
        if had_one and not has_administrator(instance):
            raise LastAdministrator


def seed_default_profiles(instance: Instance) -> None:
    """The four profiles of every new instance; run by `create_instance`."""
    for default in DEFAULT_PROFILES:
        create_profile(
            instance=instance,
            name=default.name,
            description=default.description,
            permissions=default.permissions,
        )


def sync_catalogue() -> None:
    """Bring the permission rows in line with the catalogue; run after every migration.

    A profile that held everything (Admin) also holds what is new.
    """
    with unit_of_work(), unscoped("the catalogue of permissions is the installation's"):
        rows = Permission.objects.filter(content_type=_content_type())
        known = set(rows.values_list("codename", flat=True)) & set(map(codename_of, ALL_NAMES))
        new = [p for p in CATALOGUE if p.codename not in known]
        if not new:
            return
        full = [p for p in SecurityProfile.objects.all() if known and _holds_all(p, known)]
        Permission.objects.bulk_create(
            Permission(
                content_type=_content_type(),
                codename=p.codename,
                name=f"{p.resource}: {p.action}",
            )
            for p in new
        )
        for profile in full:
            present = permissions_in(profile)
            _grant(profile, frozenset(p.name for p in new))
            record(
                profile, changes={"permissions": [sorted(present), sorted(permissions_in(profile))]}
            )
            renew_permissions_stamp(profile.instance)


def _announce(*user_ids: int) -> None:
    """To what these users have open: it may rest on a right that is gone."""
    for user_id in user_ids:
        bus.publish(f"user.{user_id}", {"type": "rights.changed"})


def _holds_all(profile: SecurityProfile, codenames: set[str]) -> bool:
    return codenames <= set(map(codename_of, permissions_in(profile)))


def _locked(instance_id: int) -> Instance:
    """Freshly read, so that rights are those of now; one change of rights at a time."""
    return Instance.objects.select_for_update(no_key=True).get(pk=instance_id)


def _describe(profile: SecurityProfile, *, name: str, description: str) -> None:
    profile.name, profile.description = tidy_name(name), description.strip()
    if not profile.name.isprintable():
        raise InvalidInput(_("This text has characters that cannot be seen."), field="name")
    save_named(profile, among=SecurityProfile.objects.all(), taken=ProfileNameTaken)


def _expanded(names: Iterable[str]) -> frozenset[str]:
    names = frozenset(names)
    if names - ALL_NAMES:
        raise UnknownPermission(field="permissions", permission=min(names - ALL_NAMES))
    return expand(names)


def _require_holds(acting_user: User | None, names: frozenset[str], instance: Instance) -> None:
    if acting_user is not None and names - permissions_of(acting_user, instance):
        raise EscalationRefused


def _grant(profile: SecurityProfile, names: frozenset[str]) -> None:
    rows = Permission.objects.filter(
        content_type=_content_type(), codename__in=map(codename_of, names)
    )
    InstanceGrant.objects.bulk_create(
        InstanceGrant(
            group_id=profile.group_id, permission=row, content_object_id=profile.instance_id
        )
        for row in rows
    )


def _content_type() -> ContentType:
    return ContentType.objects.get_for_model(Instance)


def _facts(profile: SecurityProfile, acting_user: User | None) -> dict[str, str]:
    return {"profile": str(profile.public_id), "acting_user": _name(acting_user)}


def _name(acting_user: User | None) -> str:
    return str(acting_user.public_id) if acting_user else "installation"
