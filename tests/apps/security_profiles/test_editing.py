"""Security profiles are renamed, described and deleted by those who hold what they hold (S-04)."""

from typing import Any

import pytest
from django.contrib.auth.models import Group

from apps.core.errors import DomainError
from apps.instances.models import Instance
from apps.instances.selectors import active_instance
from apps.security_profiles.models import InstanceGrant, SecurityProfile
from apps.security_profiles.selectors import PermissionMissing, permissions_in, permissions_of
from apps.security_profiles.services import (
    EscalationRefused,
    LastAdministrator,
    ProfileInUse,
    ProfileNameTaken,
    assign,
    change_profile,
    create_profile,
    delete_profile,
    set_permissions,
)
from apps.users.models import User
from apps.users.services import delete_user, set_active, set_password
from tests.people import PASSWORD, profile_named, user_with

pytestmark = pytest.mark.db


@pytest.fixture
def editor(demo_instance: Instance) -> User:
    """May edit profiles, and holds little else."""
    create_profile(
        instance=demo_instance,
        name="Editors",
        permissions=["SecurityProfiles.Edit", "Users.Edit", "Queues.View"],
    )
    return user_with(demo_instance, "eddie", "Editors")


@pytest.mark.parametrize("name", ["ÜBUNG", " übung ", "U\u0308bung", "Übung\u2003"])
def test_names_are_compared_without_case_blanks_and_variants(
    demo_instance: Instance, name: str
) -> None:
    create_profile(instance=demo_instance, name="Übung")

    with pytest.raises(ProfileNameTaken) as refusal:
        create_profile(instance=demo_instance, name=name)

    assert (refusal.value.status, refusal.value.facts["field"]) == (409, "name")
    assert Group.objects.count() == SecurityProfile._base_manager.count()


@pytest.mark.parametrize("name", ["", " ", "a\u200bb", "x" * 128, "\0"])
def test_a_name_is_needed_that_can_be_read(demo_instance: Instance, name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        create_profile(instance=demo_instance, name=name)

    assert refusal.value.facts["field"] == "name"


def test_a_profile_gets_another_name_and_description(demo_instance: Instance, ada: User) -> None:
    agent = profile_named(demo_instance, "Agent")

    change_profile(agent, name=" Team  Lead ", description="Leads.", acting_user=ada)

    agent = profile_named(demo_instance, "Team Lead")
    assert agent.description == "Leads."
    assert "BasicAgentAccess" in permissions_in(agent)


def test_an_unused_profile_is_deleted_with_its_grants(demo_instance: Instance, ada: User) -> None:
    profile = create_profile(instance=demo_instance, name="X", permissions=["Queues.Edit"])

    delete_profile(profile, acting_user=ada)

    assert not InstanceGrant.objects.filter(group_id=profile.group_id).exists()
    assert not Group.objects.filter(pk=profile.group_id).exists()


def test_a_profile_that_people_hold_stays_and_says_how_many(
    demo_instance: Instance, ana: User, mia: User
) -> None:
    """Switched-off people count: switched on again they would hold nothing."""
    set_active(mia, is_active=False)

    with pytest.raises(ProfileInUse, match="2 people") as refusal:
        delete_profile(profile_named(demo_instance, "Agent"))

    assert refusal.value.status == 409


def test_nobody_edits_or_deletes_a_profile_that_holds_more_s_04(
    demo_instance: Instance, editor: User
) -> None:
    """Not even to change what both hold."""
    agent = profile_named(demo_instance, "Agent")
    held = permissions_in(agent)

    with pytest.raises(EscalationRefused):
        set_permissions(agent, permissions=held | {"Queues.View"}, acting_user=editor)
    with pytest.raises(EscalationRefused):
        change_profile(agent, name="Mine", description="", acting_user=editor)
    with pytest.raises(EscalationRefused):
        delete_profile(agent, acting_user=editor)

    assert permissions_in(profile_named(demo_instance, "Agent")) == held


def test_editing_people_does_not_include_editing_their_profiles_s_04(
    demo_instance: Instance, editor: User
) -> None:
    """`Users.Edit` without `Users.EditPermission`, though the editor holds all that is given."""
    viewers = create_profile(instance=demo_instance, name="V", permissions=["Queues.View"])
    vic = user_with(demo_instance, "vic", "V")

    with pytest.raises(PermissionMissing, match=r"Users\.EditPermission"):
        assign(vic, profiles=[viewers, profile_named(demo_instance, "Editors")], acting_user=editor)

    assert permissions_of(vic, active_instance("demo")) == {"Queues.View"}


@pytest.mark.parametrize("change", ["password", "switch on", "profiles", "delete"])
def test_switched_off_an_administrator_is_still_one_s_04(
    demo_instance: Instance, ada: User, max_: User, change: str
) -> None:
    """Otherwise a manager could give a new password, and switch the account on."""
    user_with(demo_instance, "second", "Admin")
    set_active(ada, is_active=False)
    ways: dict[str, Any] = {
        "password": lambda: set_password(ada, password="Another-Horse-8", acting_user=max_),
        "switch on": lambda: set_active(ada, is_active=True, acting_user=max_),
        "profiles": lambda: assign(ada, profiles=[], acting_user=max_),
        "delete": lambda: delete_user(ada, acting_user=max_),
    }

    with pytest.raises(EscalationRefused):
        ways[change]()

    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert (ada.is_active, ada.deleted_at) == (False, None)


def test_somebody_of_another_instance_manages_nobody_here_s_02(
    demo_instance: Instance, otto: User
) -> None:
    """Not even somebody who holds nothing."""
    bare = user_with(demo_instance, "bare")

    with pytest.raises(EscalationRefused):
        set_password(bare, password="Another-Horse-8", acting_user=otto)


@pytest.mark.parametrize("change", ["permissions", "profiles", "switch off"])
def test_the_last_administrator_cannot_shut_everybody_out(
    demo_instance: Instance, ada: User, change: str
) -> None:
    admin = profile_named(demo_instance, "Admin")
    less = permissions_in(admin) - {"Users.EditPermission"}
    ways: dict[str, Any] = {
        "permissions": lambda: set_permissions(admin, permissions=less, acting_user=ada),
        "profiles": lambda: assign(ada, profiles=[], acting_user=ada),
        "switch off": lambda: set_active(ada, is_active=False, acting_user=ada),
    }

    with pytest.raises(LastAdministrator) as refusal:
        ways[change]()

    ada.refresh_from_db()
    assert refusal.value.code == "LAST_ADMINISTRATOR"
    assert "Users.EditPermission" in permissions_of(ada, active_instance("demo"))


def test_with_a_second_administrator_the_first_may_go(demo_instance: Instance, ada: User) -> None:
    """Both rights may come from different profiles."""
    create_profile(instance=demo_instance, name="A", permissions=["SecurityProfiles.Edit"])
    create_profile(instance=demo_instance, name="B", permissions=["Users.EditPermission"])
    user_with(demo_instance, "second", "A", "B")

    assign(ada, profiles=[], acting_user=ada)

    assert permissions_of(ada, active_instance("demo")) == frozenset()


def test_the_last_administrator_cannot_be_deleted_by_an_operator_by_mistake(ada: User) -> None:
    operator = User.objects.create_superuser("ops", PASSWORD)

    with pytest.raises(LastAdministrator):
        delete_user(ada, acting_user=operator)

    ada.refresh_from_db()
    assert ada.is_active
