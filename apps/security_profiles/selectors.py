"""Who may do what: resolved once, remembered until somebody changes a profile (stack page, 6)."""

from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotAllowed
from apps.instances.models import Instance
from apps.security_profiles.domain.catalogue import (
    ADMINISTRATION,
    ALL_NAMES,
    BY_NAME,
    codename_of,
    name_of,
)
from apps.security_profiles.models import InstanceGrant, SecurityProfile
from apps.users.models import User

_REMEMBERED_SECONDS = 3600


class PermissionMissing(NotAllowed):
    """The sentence names the permission, so that an administrator can add it (SR-124)."""

    code = "PERMISSION_MISSING"

    def __init__(self, name: str) -> None:
        permission = BY_NAME[name]
        text = _(
            "The permission “{resource} – {action}” ({name}) is missing. "
            "An administrator can add it to your security profile."
        )
        super().__init__(
            format_lazy(
                text, resource=permission.resource, action=permission.action, name=permission.name
            ),
            permission=name,
        )


def may_enter(user: User | AnonymousUser, instance: Instance) -> TypeGuard[User]:
    """A user of this instance or an operator of the platform; anyone else counts as anonymous."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or user.instance_id == instance.pk


def permissions_of(user: User | AnonymousUser, instance: Instance) -> frozenset[str]:
    """API names of all rights: the union over the user's profiles (SR-125).

    At most one statement, none while nothing changed. `instance` must be freshly read: its stamp
    is what makes a change effective at once (SR-019).
    """
    if not may_enter(user, instance):
        return frozenset()
    if user.is_superuser:
        return ALL_NAMES
    key = f"rights:{user.public_id}:{instance.public_id}:{instance.permissions_version}"
    found: frozenset[str] | None = cache.get(key)
    if found is None:
        found = granted_to(user, instance)
        cache.set(key, found, _REMEMBERED_SECONDS)
    return found


def has(user: User | AnonymousUser, permission: str, instance: Instance) -> bool:
    """Whether the user holds the permission (API name) on the instance."""
    return BY_NAME[permission].name in permissions_of(user, instance)


def require(user: User | AnonymousUser, permission: str, instance: Instance) -> None:
    """Raise `PermissionMissing` unless the user holds the permission (API name)."""
    if not has(user, permission, instance):
        raise PermissionMissing(permission)


def permissions_in(profile: SecurityProfile) -> frozenset[str]:
    """API names of what one profile grants."""
    codenames = InstanceGrant.objects.filter(
        group_id=profile.group_id, content_object_id=profile.instance_id
    ).values_list("permission__codename", flat=True)
    return frozenset(map(name_of, codenames))


def names_of_groups(groups: list[int]) -> dict[int, str]:
    """The profiles' names by the keys of their groups, for the audit."""
    rows = SecurityProfile._base_manager.filter(group_id__in=groups)
    return dict(rows.values_list("group_id", "name"))


def words_for(name: str) -> str:
    """A permission as the editor shows it; the audit may name one that is no more."""
    permission = BY_NAME.get(name)
    return f"{permission.resource}: {permission.action}" if permission else name


def profiles_by_user(instance: Instance) -> dict[int, list[str]]:
    """Names of the profiles each user of the instance holds, by the user's key; one statement."""
    found: dict[int, list[str]] = {}
    held = User.groups.through.objects.filter(group__security_profile__instance=instance)
    names = held.values_list("user_id", "group__security_profile__name")
    for user_id, name in names.order_by("group__security_profile__name"):
        found.setdefault(user_id, []).append(name)
    return found


def granted_to(user: User, instance: Instance) -> frozenset[str]:
    """API names of what the profiles give, be the user switched off or not."""
    codenames = (
        InstanceGrant.objects.filter(content_object=instance, group__user=user)
        .values_list("permission__codename", flat=True)
        .distinct()
    )
    return frozenset(map(name_of, codenames))


def may_manage(user: User, *, acting_user: User | None) -> bool:
    """Whether the user is of the acting person's instance and holds nothing beyond (S-04).

    Somebody switched off counts as what they will be when switched on again.
    """
    if acting_user is None or acting_user.is_superuser:
        return True
    if user.is_superuser or user.instance is None or not may_enter(acting_user, user.instance):
        return False
    return granted_to(user, user.instance) <= permissions_of(acting_user, user.instance)


def profiles_within(rights: frozenset[str]) -> QuerySet[SecurityProfile]:
    """The profiles of the scoped instance that allow nothing beyond these rights."""
    codenames = [codename_of(name) for name in rights]
    beyond = InstanceGrant.objects.exclude(permission__codename__in=codenames)
    return SecurityProfile.objects.exclude(group__in=beyond.values("group"))


def has_administrator(instance: Instance) -> bool:
    """Whether somebody who may sign in holds all of `ADMINISTRATION`."""
    grants = InstanceGrant.objects.filter(content_object=instance, group__user=OuterRef("pk"))
    holds = [Exists(grants.filter(permission__codename=codename_of(n))) for n in ADMINISTRATION]
    return User.objects.filter(*holds, instance=instance, is_active=True).exists()


def holders_of(profile: SecurityProfile) -> QuerySet[User]:
    """Everybody who holds the profile, switched off or not."""
    return User.objects.filter(groups=profile.group_id)
