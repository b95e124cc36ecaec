"""The hierarchy in the admin of an instance."""

import pytest

from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.users.hierarchy import create_group, move_user, name_level
from apps.users.models import HierarchyGroup, HierarchyLevel, User
from tests.rest import signed_in

pytestmark = pytest.mark.db

LEVELS = "/demo/admin/users/hierarchylevel/"
GROUPS = "/demo/admin/users/hierarchygroup/"


@pytest.fixture
def lisbon(demo_instance: Instance, ada: User) -> HierarchyGroup:
    """Made as an administrator does."""
    client = signed_in(ada)
    for name in ("Country", "Site"):
        client.post(f"{LEVELS}add/", {"name": name})
    client.post(f"{GROUPS}add/", {"name": "Portugal", "parent": ""})
    with instance_scope(demo_instance):
        portugal = HierarchyGroup.objects.get()
        client.post(f"{GROUPS}add/", {"name": "Lisbon", "parent": portugal.pk})
        return HierarchyGroup.objects.select_related("parent").get(name="Lisbon")


def test_levels_and_groups_are_added_from_the_top(
    demo_instance: Instance, lisbon: HierarchyGroup, ada: User
) -> None:
    with instance_scope(demo_instance):
        levels = [(level.number, level.name) for level in HierarchyLevel.objects.all()]
    assert levels == [(1, "Country"), (2, "Site")]
    assert lisbon.level == 2
    assert "Portugal / Lisbon" in signed_in(ada).get(GROUPS).content.decode()


def test_a_group_is_renamed_and_switched_off_but_not_moved(
    lisbon: HierarchyGroup, ada: User
) -> None:
    sent = {"name": "Lisboa", "parent": "", "initial-is_enabled": "True"}
    signed_in(ada).post(f"{GROUPS}{lisbon.pk}/change/", sent)

    lisbon.refresh_from_db()
    assert (lisbon.name, lisbon.is_enabled, lisbon.level) == ("Lisboa", False, 2)


def test_what_is_refused_stands_at_its_field(lisbon: HierarchyGroup, ada: User) -> None:
    client = signed_in(ada)
    parent = lisbon.parent_id

    twin = client.post(f"{GROUPS}add/", {"name": "LISBON", "parent": parent}).content.decode()
    deep = client.post(f"{GROUPS}add/", {"name": "Team", "parent": lisbon.pk}).content.decode()

    assert "Another group at this place already has this name." in twin
    assert "Give the level below a name first." in deep


def test_a_group_in_use_is_not_deleted_and_says_by_whom(
    demo_instance: Instance, lisbon: HierarchyGroup, ada: User
) -> None:
    with instance_scope(demo_instance):
        move_user(ada, group=lisbon)
    client = signed_in(ada)

    answer = client.post(f"{GROUPS}{lisbon.pk}/delete/", {"post": "yes"}, follow=True)
    shown = client.get(f"{GROUPS}{lisbon.pk}/change/").content.decode()

    assert "1 person is in it." in answer.content.decode()
    assert "Ada Byron" in shown


def test_a_group_of_another_instance_is_no_choice_s_02(
    lisbon: HierarchyGroup, otto: User, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        name_level(instance=other_instance, number=1, name="Site")
        create_group(instance=other_instance, name="Graz")

    answer = signed_in(otto).post(
        "/other/admin/users/hierarchygroup/add/", {"name": "X", "parent": lisbon.pk}
    )

    assert answer.status_code == 200
    assert not HierarchyGroup._base_manager.filter(parent=lisbon).exists()
