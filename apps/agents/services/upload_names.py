"""What the names in a file mean in the instance it was uploaded to; read once for all rows."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agents.domain.user_cells import UserRow, quoted
from apps.core.errors import InvalidInput
from apps.core.text import name_key
from apps.instances.models import Instance
from apps.instances.services.quotas import check_quota
from apps.routing.models import RoutingProfile
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.selectors import permissions_in, permissions_of
from apps.security_profiles.services import EscalationRefused
from apps.users.models import HierarchyGroup, User
from apps.users.selectors import users_of
from apps.users.services import UsernameTaken


class NameUnknown(InvalidInput):
    """Also what exists in another instance is unknown here (S-02)."""

    code = "NAME_UNKNOWN"

    def __init__(self, sentence: str | Promise, name: str, *, field: str) -> None:
        super().__init__(str(sentence) % {"name": quoted(name)}, field=field)


class Names:
    """Call inside the instance's scope."""

    def __init__(self, instance: Instance, acting_user: User) -> None:
        self._instance = instance
        self._routing = {name_key(each.name): each for each in RoutingProfile.objects.all()}
        self._security = {name_key(each.name): each for each in SecurityProfile.objects.all()}
        self._groups = _by_path()
        users = User.objects.filter(instance=instance)
        self._taken = set(users.values_list("login_key", flat=True))
        self._held = permissions_of(acting_user, instance)
        self._may_give: dict[int, bool] = {}

    def require_room(self, count: int) -> None:
        check_quota(self._instance, "users", users_of(self._instance).count() + count - 1)

    def require_free(self, user: User) -> None:
        if user.login_key in self._taken:
            raise UsernameTaken(field="username")

    def routing_profile(self, row: UserRow) -> RoutingProfile:
        found = self._routing.get(name_key(row.routing_profile))
        if found is None:
            sentence = _("There is no routing profile “%(name)s” in this instance.")
            raise NameUnknown(sentence, row.routing_profile, field="routing_profile")
        return found

    def profiles(self, row: UserRow) -> list[SecurityProfile]:
        return [self._profile(name) for name in row.profiles]

    def group(self, row: UserRow) -> HierarchyGroup | None:
        if not row.hierarchy:
            return None
        found = self._groups.get(tuple(map(name_key, row.hierarchy)))
        if found is None:
            sentence = _("There is no hierarchy group “%(name)s” in this instance.")
            raise NameUnknown(sentence, "|".join(row.hierarchy), field="hierarchy_group")
        if not found.is_enabled:
            sentence = _("The hierarchy group “%(name)s” is switched off.")
            raise NameUnknown(sentence, found.name, field="hierarchy_group")
        return found

    def _profile(self, name: str) -> SecurityProfile:
        found = self._security.get(name_key(name))
        if found is None:
            sentence = _("There is no security profile “%(name)s” in this instance.")
            raise NameUnknown(sentence, name, field="profiles")
        if not self._is_givable(found):
            raise EscalationRefused(field="profiles")
        return found

    def _is_givable(self, profile: SecurityProfile) -> bool:
        """Nobody gives more than they hold, by whatever door (S-04)."""
        if profile.pk not in self._may_give:
            self._may_give[profile.pk] = permissions_in(profile) <= self._held
        return self._may_give[profile.pk]


def _by_path() -> dict[tuple[str, ...], HierarchyGroup]:
    """Every group by the names from the top down to it; parents come before their children."""
    paths: dict[int, tuple[str, ...]] = {}
    found: dict[tuple[str, ...], HierarchyGroup] = {}
    for group in HierarchyGroup.objects.order_by("level"):
        above = paths.get(group.parent_id, ()) if group.parent_id else ()
        paths[group.pk] = (*above, name_key(group.name))
        found[paths[group.pk]] = group
    return found
