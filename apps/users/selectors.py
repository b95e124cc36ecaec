"""Questions about users."""

from django.db.models import PROTECT, Model, Q, QuerySet

from apps.instances.models import Instance
from apps.users.models import HIERARCHY_DEPTH, HierarchyGroup, SignIn, User

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
