"""Questions about users."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import PROTECT, Model, Q, QuerySet

from apps.core import clock
from apps.instances.models import Instance
from apps.users.models import HIERARCHY_DEPTH, HierarchyGroup, SignIn, User
from apps.users.sessions import SessionStore, used_at

_UPWARDS = ["__".join(["parent"] * steps) for steps in range(1, HIERARCHY_DEPTH)]


def users_of(instance: Instance) -> QuerySet[User]:
    """Everybody of the instance, switched off or not; nobody who was deleted."""
    return User.objects.filter(instance=instance, deleted_at=None)


def rows_that_need(user: User) -> list[Model]:
    """What points to the user and is protected from losing it, whichever app's it is."""
    return [
        row
        for relation in User._meta.related_objects
        if relation.on_delete is PROTECT
        for row in relation.related_model._base_manager.filter(**{relation.field.name: user})
    ]


def hierarchy_groups() -> QuerySet[HierarchyGroup]:
    """The groups of the scoped instance with all above them, so that `path_of` asks nothing."""
    return HierarchyGroup.objects.select_related(_UPWARDS[-1])


def with_hierarchy(users: QuerySet[User]) -> QuerySet[User]:
    """The users with their groups and all above them."""
    return users.select_related(f"hierarchy_group__{_UPWARDS[-1]}")


def path_of(group: HierarchyGroup) -> str:
    """Where the group is, from the top: "Europe / Lisbon / Team 3"."""
    above = f"{path_of(group.parent)} / " if group.parent else ""
    return f"{above}{group.name}"


def groups_below(group: HierarchyGroup) -> QuerySet[HierarchyGroup]:
    """The group and all below it."""
    upwards = [Q(**{path: group}) for path in _UPWARDS]
    return HierarchyGroup.objects.filter(Q.create([Q(pk=group.pk), *upwards], connector=Q.OR))


def sign_ins_of(user: User) -> QuerySet[SignIn]:
    """The history of the user's sessions."""
    return SignIn.objects.filter(user=user)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that lasts, without its key; `id` is that of its sign-in."""

    id: UUID
    is_current: bool
    started_at: datetime
    used_at: datetime
    browser: str
    address: str
    how: SignIn.How


def open_sessions(user: User, *, current_key: str | None = None) -> list[OpenSession]:
    """Where the user is signed in, the current session first, then what was used last."""
    lasting = sign_ins_of(user).filter(ended_at=None, session__expire_date__gt=clock.now())
    found = [_open(row, current_key) for row in lasting.select_related("session")]
    return sorted(found, key=lambda each: (each.is_current, each.used_at), reverse=True)


def _open(row: SignIn, current_key: str | None) -> OpenSession:
    assert row.session is not None
    is_current = row.session.session_key == current_key
    content = SessionStore().decode(row.session.session_data)
    return OpenSession(
        id=row.public_id,
        is_current=is_current,
        started_at=row.started_at,
        used_at=clock.now() if is_current else used_at(content) or row.started_at,
        browser=row.browser,
        address=row.address or "",
        how=SignIn.How(row.how),
    )
