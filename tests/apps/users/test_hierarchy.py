"""The hierarchy: five named levels, a tree of groups, and people in it."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError

from apps.core.errors import DomainError, NotFound
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.users.hierarchy import (
    GroupInUse,
    GroupNameTaken,
    GroupNotPossible,
    LevelInUse,
    LevelNameTaken,
    LevelNotPossible,
    change_group,
    create_group,
    delete_group,
    move_user,
    name_level,
    remove_level,
)
from apps.users.models import HierarchyGroup, HierarchyLevel, User
from apps.users.selectors import groups_below, hierarchy_groups, path_of

pytestmark = pytest.mark.db


@pytest.fixture
def instance(demo_instance: Instance) -> Iterator[Instance]:
    """With three levels."""
    with instance_scope(demo_instance):
        for number, name in enumerate(["Country", "Site", "Team"], start=1):
            name_level(instance=demo_instance, number=number, name=name)
        yield demo_instance


@pytest.fixture
def lisbon(instance: Instance) -> HierarchyGroup:
    portugal = create_group(instance=instance, name="Portugal")
    return create_group(instance=instance, name="Lisbon", parent=portugal)


def test_a_group_knows_its_path_and_all_below_it(
    instance: Instance, lisbon: HierarchyGroup
) -> None:
    team = create_group(instance=instance, name="Team 3", parent=lisbon)

    assert path_of(hierarchy_groups().get(pk=team.pk)) == "Portugal / Lisbon / Team 3"
    assert set(groups_below(lisbon)) == {lisbon, team}
    assert team.level == 3


def test_there_are_at_most_five_levels(instance: Instance) -> None:
    for number in (4, 5):
        name_level(instance=instance, number=number, name=f"L{number}")

    with pytest.raises(LevelNotPossible):
        name_level(instance=instance, number=6, name="L6")


def test_levels_are_named_from_the_top_and_removed_from_the_bottom(
    instance: Instance, lisbon: HierarchyGroup
) -> None:
    country, site, team = HierarchyLevel.objects.all()
    with pytest.raises(LevelNotPossible):
        name_level(instance=instance, number=5, name="Desk")
    with pytest.raises(LevelNotPossible):
        remove_level(country)

    remove_level(team)

    with pytest.raises(LevelInUse):
        remove_level(site)


def test_a_level_is_named_anew_but_never_like_another(instance: Instance) -> None:
    name_level(instance=instance, number=2, name="Place")

    with pytest.raises(LevelNameTaken):
        name_level(instance=instance, number=1, name=" pLACE ")

    assert [level.name for level in HierarchyLevel.objects.all()] == ["Country", "Place", "Team"]


def test_no_group_is_below_the_lowest_named_level(
    instance: Instance, lisbon: HierarchyGroup
) -> None:
    team = create_group(instance=instance, name="Team 3", parent=lisbon)

    with pytest.raises(GroupNotPossible):
        create_group(instance=instance, name="Desk 1", parent=team)


@pytest.mark.parametrize("name", ["ÉVORA", " évora ", "E\u0301vora"])
def test_siblings_have_different_names(
    instance: Instance, lisbon: HierarchyGroup, name: str
) -> None:
    """Whatever the case, blanks or Unicode form; elsewhere in the tree the name is free."""
    create_group(instance=instance, name="Évora", parent=lisbon)
    create_group(instance=instance, name="Évora")

    with pytest.raises(GroupNameTaken) as refusal:
        create_group(instance=instance, name=name, parent=lisbon)

    assert refusal.value.facts["field"] == "name"


@pytest.mark.parametrize("parent", [True, False])
def test_the_database_itself_keeps_siblings_apart(
    instance: Instance, lisbon: HierarchyGroup, parent: bool
) -> None:
    twin = HierarchyGroup(
        instance=instance,
        name="lisbon" if parent else "PORTUGAL",
        level=2 if parent else 1,
        parent=lisbon.parent if parent else None,
    )

    with pytest.raises(IntegrityError):
        twin.save()


@pytest.mark.parametrize("name", ["", "  ", "a\u200bb", "x" * 101, "x\0"])
def test_a_name_is_needed_that_can_be_read(instance: Instance, name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        create_group(instance=instance, name=name)

    assert refusal.value.facts["field"] == "name"


def test_somebody_is_moved_and_taken_out_again(lisbon: HierarchyGroup, ana: User) -> None:
    move_user(ana, group=lisbon)
    assert list(lisbon.users.all()) == [ana]

    move_user(ana, group=None)

    assert not lisbon.users.exists()


def test_a_group_in_use_is_not_deleted_and_says_by_how_many(
    lisbon: HierarchyGroup, ana: User
) -> None:
    move_user(ana, group=lisbon)

    with pytest.raises(GroupInUse, match="1 person"):
        delete_group(lisbon)
    with pytest.raises(GroupInUse, match="1 group"):
        delete_group(lisbon.parent)  # type: ignore[arg-type]

    move_user(ana, group=None)
    delete_group(lisbon)
    assert HierarchyGroup.objects.count() == 1


def test_a_group_that_was_deleted_meanwhile_does_not_come_back_by_a_rename(
    lisbon: HierarchyGroup,
) -> None:
    """What another page read before the deletion is no row any more."""
    read_before = HierarchyGroup.objects.get(pk=lisbon.pk)
    delete_group(lisbon)

    with pytest.raises(NotFound):
        change_group(read_before, name="Lisboa")

    assert not HierarchyGroup.objects.filter(pk=read_before.pk).exists()


def test_into_a_group_that_is_switched_off_nobody_is_moved(
    lisbon: HierarchyGroup, ana: User, mia: User
) -> None:
    move_user(ana, group=lisbon)
    change_group(lisbon, is_enabled=False)

    with pytest.raises(GroupNotPossible):
        move_user(mia, group=lisbon)

    move_user(ana, group=lisbon)


def test_a_group_of_another_instance_cannot_be_chosen_s_02(
    lisbon: HierarchyGroup, otto: User, other_instance: Instance
) -> None:
    with instance_scope(other_instance), pytest.raises(GroupNotPossible):
        move_user(otto, group=lisbon)
