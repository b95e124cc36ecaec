"""Who may do what: union, at once, at little cost, and never more than the giver holds."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from pytest_django import DjangoAssertNumQueries

from apps.core.errors import InvalidInput
from apps.instances.models import Instance
from apps.instances.selectors import active_instance
from apps.security_profiles.domain.catalogue import ALL_NAMES, CATALOGUE
from apps.security_profiles.selectors import (
    PermissionMissing,
    has,
    permissions_in,
    permissions_of,
    require,
)
from apps.security_profiles.services import (
    EscalationRefused,
    ProfileNameTaken,
    UnknownPermission,
    assign,
    create_profile,
    set_permissions,
    sync_catalogue,
)
from apps.users.models import User
from apps.users.services import create_user, set_active, set_password
from tests.people import PASSWORD, profile_named, user_with

pytestmark = pytest.mark.db


def test_a_user_without_profile_holds_nothing_sr_018(demo_instance: Instance) -> None:
    bare = user_with(demo_instance, "bare")

    assert permissions_of(bare, demo_instance) == frozenset()


def test_several_profiles_are_a_union_sr_125(demo_instance: Instance) -> None:
    both = user_with(demo_instance, "both", "Agent", "CallCenterManager")

    assert {"BasicAgentAccess", "ManagerListenIn"} <= permissions_of(both, demo_instance)


def test_adding_the_permission_to_the_profile_is_the_other_remedy_sr_125(
    demo_instance: Instance, max_: User
) -> None:
    manager = profile_named(demo_instance, "CallCenterManager")
    assert not has(max_, "BasicAgentAccess", active_instance("demo"))

    set_permissions(manager, permissions=permissions_in(manager) | {"BasicAgentAccess"})

    assert has(max_, "BasicAgentAccess", active_instance("demo"))


def test_a_refusal_names_the_missing_permission_sr_124(demo_instance: Instance, max_: User) -> None:
    with pytest.raises(PermissionMissing) as refusal:
        require(max_, "BasicAgentAccess", demo_instance)

    assert "Access Contact Control Panel" in str(refusal.value)
    assert "BasicAgentAccess" in str(refusal.value)
    assert refusal.value.code == "PERMISSION_MISSING"
    assert refusal.value.status == 403


def test_rights_cost_one_statement_and_none_when_remembered(
    demo_instance: Instance, max_: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    instance = active_instance("demo")

    with django_assert_num_queries(1):
        first = permissions_of(max_, instance)
    with django_assert_num_queries(0):
        again = permissions_of(max_, instance)

    assert first == again != frozenset()


def test_a_change_is_effective_at_the_next_look_sr_019(demo_instance: Instance, ana: User) -> None:
    assert has(ana, "OutboundCallAccess", active_instance("demo"))

    set_permissions(profile_named(demo_instance, "Agent"), permissions={"BasicAgentAccess"})

    assert permissions_of(ana, active_instance("demo")) == {"BasicAgentAccess"}


def test_taking_a_profile_away_is_effective_at_the_next_look_sr_019(
    demo_instance: Instance, ana: User
) -> None:
    assert permissions_of(ana, active_instance("demo"))

    assign(ana, profiles=[])

    assert permissions_of(ana, active_instance("demo")) == frozenset()


def test_rights_end_at_the_border_of_the_instance_s_02(
    demo_instance: Instance, other_instance: Instance, otto: User
) -> None:
    assert permissions_of(otto, other_instance) == ALL_NAMES
    assert permissions_of(otto, demo_instance) == frozenset()


def test_nobody_holds_anything_without_signing_in(demo_instance: Instance) -> None:
    assert permissions_of(AnonymousUser(), demo_instance) == frozenset()


def test_a_switched_off_user_holds_nothing(demo_instance: Instance, ada: User) -> None:
    set_active(ada, is_active=False)

    assert permissions_of(ada, demo_instance) == frozenset()


def test_operators_of_the_platform_hold_everything_everywhere(demo_instance: Instance) -> None:
    operator = User.objects.create_superuser("ops", PASSWORD)

    assert permissions_of(operator, demo_instance) == ALL_NAMES


def test_a_profile_of_another_instance_cannot_be_assigned_s_02(
    ana: User, other_instance: Instance
) -> None:
    with pytest.raises(InvalidInput):
        assign(ana, profiles=[profile_named(other_instance, "Admin")])


def test_a_manager_cannot_make_an_administrator_s_04(demo_instance: Instance, max_: User) -> None:
    admin = profile_named(demo_instance, "Admin")

    with pytest.raises(EscalationRefused):
        create_user(
            instance=demo_instance,
            username="eve",
            password=PASSWORD,
            profiles=[admin],
            acting_user=max_,
        )
    with pytest.raises(EscalationRefused):
        assign(max_, profiles=[admin], acting_user=max_)

    assert not User.objects.filter(username="eve").exists()


def test_a_manager_cannot_widen_a_profile_beyond_the_own_rights_s_04(
    demo_instance: Instance, max_: User
) -> None:
    profile = profile_named(demo_instance, "CallCenterManager")

    with pytest.raises(EscalationRefused):
        set_permissions(profile, permissions=ALL_NAMES, acting_user=max_)
    with pytest.raises(EscalationRefused):
        create_profile(
            instance=demo_instance,
            name="X",
            permissions=["SecurityProfiles.Edit"],
            acting_user=max_,
        )


def test_a_manager_cannot_touch_an_administrator_s_04(
    demo_instance: Instance, max_: User, ada: User
) -> None:
    with pytest.raises(EscalationRefused):
        set_password(ada, password="Another-Horse-8", acting_user=max_)
    with pytest.raises(EscalationRefused):
        set_active(ada, is_active=False, acting_user=max_)
    with pytest.raises(EscalationRefused):
        assign(ada, profiles=[], acting_user=max_)

    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert ada.is_active


def test_an_administrator_may_do_all_of_it(demo_instance: Instance, ada: User, max_: User) -> None:
    assign(max_, profiles=[profile_named(demo_instance, "Admin")], acting_user=ada)

    assert permissions_of(max_, active_instance("demo")) == ALL_NAMES


def test_profile_names_are_compared_without_case(demo_instance: Instance) -> None:
    with pytest.raises(ProfileNameTaken):
        create_profile(instance=demo_instance, name="aGENT")


def test_an_unknown_permission_is_refused(demo_instance: Instance) -> None:
    with pytest.raises(UnknownPermission):
        create_profile(instance=demo_instance, name="X", permissions=["Queues.Steal"])


def test_what_a_profile_implies_is_stored_with_it(demo_instance: Instance) -> None:
    profile = create_profile(instance=demo_instance, name="X", permissions=["Queues.Edit"])

    assert permissions_in(profile) == {"Queues.Edit", "Queues.View"}


def test_administrators_also_hold_permissions_that_come_later(
    demo_instance: Instance, ada: User, max_: User
) -> None:
    """As after an upgrade: a permission of the catalogue has no row yet."""
    Permission.objects.get(codename="Queues_Edit").delete()
    assert "Queues.Edit" not in permissions_of(ada, active_instance("demo"))

    sync_catalogue()

    assert permissions_of(ada, active_instance("demo")) == ALL_NAMES
    assert "Queues.Edit" not in permissions_of(max_, active_instance("demo"))


def test_every_permission_has_one_row_after_migration(db: None) -> None:
    rows = Permission.objects.filter(content_type__app_label="instances")

    codenames = set(rows.values_list("codename", flat=True))

    assert {permission.codename for permission in CATALOGUE} <= codenames
