"""The editor of security profiles in the admin of an instance (SR-019, SR-020, S-04)."""

import pytest

from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.selectors import active_instance
from apps.security_profiles.domain.catalogue import ALL_NAMES
from apps.security_profiles.domain.editor import NOT_OFFERED, OFFERED, groups
from apps.security_profiles.models import SecurityProfile
from apps.security_profiles.selectors import permissions_in, permissions_of
from apps.security_profiles.services import create_profile, set_permissions
from apps.users.models import User
from tests.people import hire, profile_named, user_with
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/demo/admin/security_profiles/securityprofile/"
EVERYTHING = [permission.name for permission in OFFERED]


@pytest.fixture
def editor(demo_instance: Instance) -> User:
    rights = ["SecurityProfiles.Edit", "SecurityProfiles.Create", "Queues.Edit"]
    create_profile(instance=demo_instance, name="Editors", permissions=rights)
    return hire(demo_instance, "eddie", "Editors")


def page_of(instance: Instance, name: str) -> str:
    return f"{LIST}{profile_named(instance, name).pk}/change/"


def test_a_profile_is_made_with_what_its_permissions_imply(
    demo_instance: Instance, ada: User
) -> None:
    signed_in(ada).post(f"{LIST}add/", {"name": "Leads", "permissions": ["Queues.Edit"]})

    assert permissions_in(profile_named(demo_instance, "Leads")) == {"Queues.Edit", "Queues.View"}


def test_the_editor_has_the_groups_of_the_guide_in_order_sr_020() -> None:
    assert [group.label for group in groups()] == [
        "Routing",
        "Numbers and flows",
        "Users and permissions",
        "Contact Control Panel",
        "Metrics and quality",
        "Historical changes",
    ]


def test_the_editor_offers_each_permission_once_and_none_that_guards_nothing(
    demo_instance: Instance, ada: User
) -> None:
    text = signed_in(ada).get(page_of(demo_instance, "Agent")).content.decode()

    assert [text.count(f'value="{name}"') for name in EVERYTHING] == [1] * len(EVERYTHING)
    assert not [name for name in NOT_OFFERED if f'value="{name}"' in text]


def test_an_edit_takes_effect_in_a_session_that_is_open_sr_019(
    demo_instance: Instance, ada: User
) -> None:
    hers = signed_in(hire(demo_instance, "ben"))
    assert hers.get("/api/v1/instances/demo/queues").status_code == 403

    signed_in(ada).post(
        page_of(demo_instance, "Agent"), {"name": "Agent", "permissions": ["Queues.View"]}
    )

    assert hers.get("/api/v1/instances/demo/queues").status_code == 200
    assert hers.get("/demo/ccp-v2/").status_code == 403


def test_what_is_not_offered_stays_with_who_holds_it(demo_instance: Instance, ada: User) -> None:
    """Otherwise saving the form of Admin would make it less than everything."""
    signed_in(ada).post(
        page_of(demo_instance, "Admin"), {"name": "Administrators", "permissions": EVERYTHING}
    )

    assert permissions_in(profile_named(demo_instance, "Administrators")) == ALL_NAMES


def test_what_the_person_does_not_hold_cannot_be_ticked_s_04(
    demo_instance: Instance, editor: User
) -> None:
    text = signed_in(editor).get(f"{LIST}add/").content.decode()

    boxes = {name: text.split(f'value="{name}"')[1].split(">")[0] for name in EVERYTHING}
    assert "disabled" not in boxes["Queues.Edit"]
    assert "disabled" in boxes["BasicAgentAccess"]


def test_sent_all_the_same_it_is_refused_s_04(demo_instance: Instance, editor: User) -> None:
    answer = signed_in(editor).post(
        f"{LIST}add/", {"name": "Mine", "permissions": ["Users.EditPermission"]}
    )

    assert "You cannot manage permissions that you do not have yourself." in answer.content.decode()
    with instance_scope(demo_instance):
        assert not SecurityProfile.objects.filter(name="Mine").exists()


@pytest.mark.parametrize("page", ["change", "delete"])
def test_a_profile_that_allows_more_can_be_looked_at_only_s_04(
    demo_instance: Instance, ada: User, editor: User, page: str
) -> None:
    set_permissions(
        profile_named(demo_instance, "Editors"),
        permissions=["SecurityProfiles.Edit", "SecurityProfiles.Delete"],
    )
    path, client = page_of(demo_instance, "Agent"), signed_in(editor)
    text = client.get(path).content.decode()

    answer = client.post(path.replace("change", page), {"name": "Mine", "post": "yes"})

    assert "you can look at it but not change it" in text
    assert 'name="name"' not in text
    assert answer.status_code == 403
    assert "BasicAgentAccess" in permissions_in(profile_named(demo_instance, "Agent"))


def test_a_profile_in_use_is_not_deleted_and_says_by_how_many(
    demo_instance: Instance, ada: User, ana: User
) -> None:
    path = page_of(demo_instance, "Agent").replace("change", "delete")

    answer = signed_in(ada).post(path, {"post": "yes"}, follow=True)

    assert "1 person has this profile." in answer.content.decode()
    assert profile_named(demo_instance, "Agent")


@pytest.mark.parametrize("name", ["AGENT", " agent ", "\uff21gent"])
def test_a_name_in_use_is_refused_at_its_field(
    demo_instance: Instance, ada: User, name: str
) -> None:
    answer = signed_in(ada).post(f"{LIST}add/", {"name": name, "permissions": ["Queues.View"]})

    assert "A security profile with this name already exists." in answer.content.decode()


def test_an_administrator_cannot_shut_everybody_out(demo_instance: Instance, ada: User) -> None:
    answer = signed_in(ada).post(
        page_of(demo_instance, "Admin"), {"name": "Admin", "permissions": ["SecurityProfiles.Edit"]}
    )

    assert "nobody here could manage security profiles" in answer.content.decode()
    assert permissions_of(ada, active_instance("demo")) == ALL_NAMES


def test_a_manager_opens_no_page_of_profiles(demo_instance: Instance, max_: User) -> None:
    user_with(demo_instance, "x", "Agent")

    assert signed_in(max_).get(LIST).status_code == 403
