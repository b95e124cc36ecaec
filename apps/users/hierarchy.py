"""The only writer of the hierarchy: names of levels, groups, and who is in which.

A hierarchy groups and filters people; it never gives rights.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.errors import Conflict, InvalidInput
from apps.core.text import name_key, tidy_name
from apps.core.unit_of_work import unit_of_work
from apps.instances.models import Instance
from apps.instances.saving import locked
from apps.instances.services.quotas import check_room
from apps.users.models import HIERARCHY_DEPTH, HierarchyGroup, HierarchyLevel, User


class LevelNameTaken(InvalidInput):
    code = "LEVEL_NAME_TAKEN"
    message = _("Another level of this instance already has this name.")


class LevelNotPossible(InvalidInput):
    code = "LEVEL_NOT_POSSIBLE"
    message = _("Levels are named from the top, one after the other, and there are at most five.")


class LevelInUse(Conflict):
    code = "LEVEL_IN_USE"
    message = _("There are groups on this level. Delete them first.")


class GroupNameTaken(InvalidInput):
    """Compared among the groups below the same group, without case and Unicode variants."""

    code = "GROUP_NAME_TAKEN"
    message = _("Another group at this place already has this name.")


class GroupNotPossible(InvalidInput):
    """Not of this instance, switched off, or on the lowest level already."""

    code = "GROUP_NOT_POSSIBLE"
    message = _("This group cannot be chosen here.")


class GroupInUse(Conflict):
    code = "GROUP_IN_USE"


def name_level(*, instance: Instance, number: int, name: str) -> HierarchyLevel:
    """Name a level, or name it anew; the one above must have its name already."""
    with unit_of_work():
        _lock(instance.pk)
        levels = {level.number: level for level in HierarchyLevel.objects.all()}
        if not 1 <= number <= min(len(levels) + 1, HIERARCHY_DEPTH):
            raise LevelNotPossible(field="number")
        level = levels.pop(number, None) or HierarchyLevel(instance=instance, number=number)
        level.name = _checked_name(name)
        if name_key(level.name) in {name_key(other.name) for other in levels.values()}:
            raise LevelNameTaken(field="name")
        _save(level, taken=LevelNameTaken)
    return level


def remove_level(level: HierarchyLevel) -> None:
    """Take the lowest level away, if no group is on it."""
    with unit_of_work():
        _lock(level.instance_id)
        if HierarchyLevel.objects.filter(number__gt=level.number).exists():
            raise LevelNotPossible(_("Remove the levels below this one first."), field="number")
        if HierarchyGroup.objects.filter(level=level.number).exists():
            raise LevelInUse
        level.delete()


def create_group(
    *, instance: Instance, name: str, parent: HierarchyGroup | None = None
) -> HierarchyGroup:
    """A group below `parent`, or at the top; its level must have a name."""
    with unit_of_work():
        _lock(instance.pk)
        level = 1 if parent is None else parent.level + 1
        if not HierarchyLevel.objects.filter(number=level).exists():
            raise GroupNotPossible(_("Give the level below a name first."), field="parent")
        check_room(instance, "hierarchy_groups", HierarchyGroup.objects.all())
        group = HierarchyGroup(instance=instance, name=name, level=level, parent=parent)
        _rename(group, name)
    return group


def change_group(
    group: HierarchyGroup, *, name: str | None = None, is_enabled: bool | None = None
) -> HierarchyGroup:
    """Rename a group, or switch it on or off: who is in it stays, nobody else can be moved in."""
    with unit_of_work():
        fresh = locked(group, instance_first=True)
        if is_enabled is not None:
            fresh.is_enabled = is_enabled
        _rename(fresh, fresh.name if name is None else name)
    return fresh


def delete_group(group: HierarchyGroup) -> None:
    """Delete a group that has neither groups below it nor people in it."""
    with unit_of_work():
        _lock(group.instance_id)
        if children := group.children.count():
            message = ngettext("%d group is below it.", "%d groups are below it.", children)
            raise GroupInUse(message % children)
        if people := group.users.count():
            message = ngettext("%d person is in it.", "%d people are in it.", people)
            raise GroupInUse(message % people)
        group.delete()


def move_user(user: User, *, group: HierarchyGroup | None) -> None:
    """Put somebody into a group, or into none; reports group accordingly from now on."""
    with unit_of_work():
        if group is not None:
            _lock(group.instance_id)
            _require_open(group, user)
        user.hierarchy_group = group
        user.save(update_fields=["hierarchy_group"])


def _require_open(group: HierarchyGroup, user: User) -> None:
    fresh = HierarchyGroup.objects.filter(pk=group.pk).first()
    if fresh is None or fresh.instance_id != user.instance_id:
        raise GroupNotPossible(field="hierarchy_group")
    if not fresh.is_enabled and user.hierarchy_group_id != fresh.pk:
        raise GroupNotPossible(_("This group is switched off."), field="hierarchy_group")


def _rename(group: HierarchyGroup, name: str) -> None:
    group.name = _checked_name(name)
    siblings = HierarchyGroup.objects.filter(parent=group.parent).exclude(pk=group.pk)
    names = siblings.values_list("name", flat=True)
    if name_key(group.name) in map(name_key, names):
        raise GroupNameTaken(field="name")
    _save(group, taken=GroupNameTaken)


def _checked_name(name: str) -> str:
    name = tidy_name(name)
    if not name or not name.isprintable():
        raise InvalidInput(_("A name that can be read is needed."), field="name")
    return name


def _save(row: HierarchyLevel | HierarchyGroup, *, taken: type[InvalidInput]) -> None:
    try:
        row.clean_fields(exclude={"instance", "parent"})
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise InvalidInput(" ".join(sentences), field=field) from None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # another transaction was faster
        raise taken(field="name") from None


def _lock(instance_id: int) -> None:
    """One change of the tree at a time."""
    Instance.objects.select_for_update(no_key=True).get(pk=instance_id)
