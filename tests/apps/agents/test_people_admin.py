"""People in the admin of an instance: made, changed, deleted, each by the services' rules."""

from typing import Any

import pytest
from django.test import Client

from apps.agents.models import Agent
from apps.agents.services.people import set_person_active
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.selectors import active_instance
from apps.routing.models import RoutingProfile
from apps.security_profiles.selectors import permissions_of
from apps.security_profiles.services import create_profile
from apps.users.models import User
from tests.people import PASSWORD, hire, profile_named
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/demo/admin/users/user/"
NEW = "Another-Horse-8"


@pytest.fixture
def ben(demo_instance: Instance) -> User:
    return hire(demo_instance, "ben", first_name="Ben", email="ben@example.org")


@pytest.fixture
def boss(demo_instance: Instance) -> Client:
    """A manager who is an agent too: may manage agents, and no administrator."""
    return signed_in(hire(demo_instance, "mia", "CallCenterManager", "Agent"))


def form(instance: Instance, *profiles: str, **more: Any) -> dict[str, Any]:
    """What the form sends when somebody fills in what is needed."""
    with instance_scope(instance):
        routing_profile = RoutingProfile.objects.order_by("pk")[0].pk
    return {
        "username": "cleo",
        "new_password": PASSWORD,
        "profiles": [profile_named(instance, name).pk for name in profiles or ("Agent",)],
        "routing_profile": routing_profile,
        "phone_type": "SOFT_PHONE",
        "acw_seconds": "0",
        "is_active": "on",
        "initial-is_active": "True",
    } | more


def refused(client: Client, path: str, data: dict[str, Any]) -> str:
    answer = client.post(path, data)
    assert answer.status_code == 200, answer["Location"]
    return str(answer.content.decode())


def test_an_administrator_makes_somebody_who_can_work_at_once(
    demo_instance: Instance, ada: User
) -> None:
    answer = signed_in(ada).post(f"{LIST}add/", form(demo_instance, acw_seconds="30"))

    assert answer["Location"] == LIST
    cleo = User.objects.get(username="cleo")
    assert cleo.check_password(PASSWORD)
    assert (cleo.agent.acw_seconds, cleo.groups.count()) == (30, 1)


def test_the_password_is_in_no_page_afterwards_sr_053(demo_instance: Instance, ada: User) -> None:
    client = signed_in(ada)
    wrong = refused(client, f"{LIST}add/", form(demo_instance, username=" "))
    client.post(f"{LIST}add/", form(demo_instance))

    cleo = User.objects.get(username="cleo")
    pages = [wrong, *(client.get(p).content.decode() for p in (LIST, f"{LIST}{cleo.pk}/change/"))]
    assert not [page for page in pages if PASSWORD in page or cleo.password in page]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"username": "BEN "}, "Another user of this instance already has this name."),
        ({"username": "\uff22en"}, "Another user of this instance already has this name."),
        ({"new_password": "password"}, "upper-case letter"),
        ({"profiles": []}, "This field is required."),
        ({"routing_profile": ""}, "This field is required."),
        ({"phone_type": "DESK_PHONE"}, "A desk phone needs its number."),
        ({"desk_phone_number": "12"}, "The number"),
        ({"email": "nobody"}, "valid email"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nobody_is_made(
    demo_instance: Instance, ada: User, ben: User, wrong: dict[str, Any], sentence: str
) -> None:
    text = refused(signed_in(ada), f"{LIST}add/", form(demo_instance) | wrong)

    assert sentence in text
    assert not User.objects.exclude(pk__in=[ada.pk, ben.pk]).exists()


def test_changing_leaves_the_user_name_and_takes_effect_at_once_sr_019(
    demo_instance: Instance, ada: User, ben: User
) -> None:
    his = signed_in(ben)
    assert his.get("/api/v1/instances/demo/queues").status_code == 403

    signed_in(ada).post(
        f"{LIST}{ben.pk}/change/",
        form(demo_instance, "Agent", "CallCenterManager", username="eve", last_name="Dam"),
    )

    ben.refresh_from_db()
    assert (ben.username, ben.last_name) == ("ben", "Dam")
    assert his.get("/api/v1/instances/demo/queues").status_code == 200


def test_switched_off_in_the_form_the_person_is_signed_out(
    demo_instance: Instance, ada: User, ben: User
) -> None:
    his, data = signed_in(ben), form(demo_instance)
    del data["is_active"]

    signed_in(ada).post(f"{LIST}{ben.pk}/change/", data)

    assert his.get("/api/v1/me").status_code == 401


def test_a_page_that_was_open_for_long_does_not_switch_somebody_on_again(
    demo_instance: Instance, ada: User, ben: User
) -> None:
    """Only who clicks the switch turns it: what the page showed is compared, not the row."""
    client, path = signed_in(ada), f"{LIST}{ben.pk}/change/"
    shown = client.get(path).content.decode()
    with instance_scope(demo_instance):
        set_person_active(ben, is_active=False)

    client.post(path, form(demo_instance, last_name="Dam"))

    assert '<input type="hidden" name="initial-is_active" value="True"' in shown
    ben.refresh_from_db()
    assert (ben.last_name, ben.is_active) == ("Dam", False)


def test_who_clicks_the_switch_turns_it(demo_instance: Instance, ada: User, ben: User) -> None:
    with instance_scope(demo_instance):
        set_person_active(ben, is_active=False)
    shown = {"initial-is_active": "False"}

    signed_in(ada).post(f"{LIST}{ben.pk}/change/", form(demo_instance, **shown))

    ben.refresh_from_db()
    assert ben.is_active


def test_an_administrator_sets_and_locks_the_telephone_sr_050(
    demo_instance: Instance, ada: User, ben: User
) -> None:
    phone = {
        "phone_type": "DESK_PHONE", "desk_phone_number": "206 555 0123", "is_phone_locked": "on",
    }  # fmt: skip
    signed_in(ada).post(f"{LIST}{ben.pk}/change/", form(demo_instance, **phone))

    agent = Agent._base_manager.get(user=ben)
    assert (agent.desk_phone_number, agent.is_phone_locked) == ("+12065550123", True)


def test_a_manager_gives_no_profile_beyond_the_own_rights_s_04(
    demo_instance: Instance, boss: Client
) -> None:
    """Neither offered nor taken when sent all the same."""
    admin = profile_named(demo_instance, "Admin")
    offered = boss.get(f"{LIST}add/").context["adminform"].form.fields["profiles"].queryset
    assert admin not in offered

    refused(boss, f"{LIST}add/", form(demo_instance, "Admin"))

    assert not User.objects.filter(username="cleo").exists()


def test_a_manager_does_not_change_profiles_without_that_right_s_04(
    demo_instance: Instance, boss: Client, ben: User
) -> None:
    """`Users.Edit` is not `Users.EditPermission`."""
    before = permissions_of(ben, active_instance("demo"))

    boss.post(f"{LIST}{ben.pk}/change/", form(demo_instance, "CallCenterManager", last_name="Dam"))

    ben.refresh_from_db()
    assert ben.last_name == "Dam"
    assert permissions_of(ben, active_instance("demo")) == before


@pytest.mark.parametrize("page", ["change", "password", "delete"])
def test_a_manager_does_not_touch_an_administrator_s_04(
    demo_instance: Instance, boss: Client, page: str
) -> None:
    root = hire(demo_instance, "root", "Admin", email="root@example.org")
    sent = form(demo_instance, "CallCenterManager", email="eve@example.org", password=NEW)
    del sent["is_active"]

    boss.post(f"{LIST}{root.pk}/{page}/", sent | {"post": "yes"})

    after = User.objects.get(pk=root.pk)
    assert (after.email, after.is_active, after.deleted_at) == ("root@example.org", True, None)
    assert after.check_password(PASSWORD)
    assert after.groups.get().security_profile.name == "Admin"


def test_a_manager_gives_an_administrator_another_routing_profile(
    demo_instance: Instance, boss: Client
) -> None:
    root = hire(demo_instance, "root", "Admin")
    with instance_scope(demo_instance):
        outbound = RoutingProfile.objects.get().default_outbound_queue
        vip = RoutingProfile.objects.create(
            instance=demo_instance, name="VIP", description="x", default_outbound_queue=outbound
        )
    boss.post(f"{LIST}{root.pk}/change/", {"routing_profile": vip.pk, "hierarchy_group": ""})

    assert Agent._base_manager.get(user=root).routing_profile == vip


def test_who_may_only_look_sees_the_values_and_no_form(demo_instance: Instance, ben: User) -> None:
    create_profile(instance=demo_instance, name="Viewers", permissions=["Users.View"])
    client = signed_in(hire(demo_instance, "vic", "Viewers"))

    text = client.get(f"{LIST}{ben.pk}/change/").content.decode()

    assert "ben@example.org" in text
    assert 'name="email"' not in text
    assert client.post(f"{LIST}{ben.pk}/change/", form(demo_instance)).status_code == 403
    assert client.get(f"{LIST}{ben.pk}/password/").status_code == 403


def test_a_new_password_ends_all_sessions_at_once_s_07(ada: User, ben: User) -> None:
    his = signed_in(ben)
    page = f"{LIST}{ben.pk}/password/"

    assert "upper-case letter" in refused(signed_in(ada), page, {"password": "weak"})
    answer = signed_in(ada).post(page, {"password": NEW})

    assert answer["Location"] == f"{LIST}{ben.pk}/change/"
    assert his.get("/api/v1/me").status_code == 401
    ben.refresh_from_db()
    assert ben.check_password(NEW)


def test_ones_own_password_is_changed_where_the_old_one_is_asked_for_s_05(ada: User) -> None:
    """Whoever finds an administrator's screen unlocked must not be able to keep the account."""
    client, page = signed_in(ada), f"{LIST}{ada.pk}/password/"

    assert client.post(page, {"password": NEW}).status_code == 403

    assert 'href="/demo/password"' in client.get(f"{LIST}{ada.pk}/change/").content.decode()
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_deleted_a_person_is_in_no_list(ada: User, ben: User) -> None:
    client = signed_in(ada)

    client.post(f"{LIST}{ben.pk}/delete/", {"post": "yes"})

    assert f"{LIST}{ben.pk}/change/" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{ben.pk}/change/").status_code == 302
    assert User.objects.get(pk=ben.pk).deleted_at is not None


def test_nobody_deletes_the_own_account_and_is_told_so(ada: User) -> None:
    client = signed_in(ada)

    answer = client.post(f"{LIST}{ada.pk}/delete/", {"post": "yes"}, follow=True)

    assert "You cannot delete your own account." in answer.content.decode()


@pytest.mark.parametrize("found", ["?q=ben", "?q=example.org", "?profile={profile}"])
def test_people_are_searched_and_filtered(
    demo_instance: Instance, ada: User, ben: User, found: str
) -> None:
    profile = profile_named(demo_instance, "Agent").public_id

    text = signed_in(ada).get(LIST + found.format(profile=profile)).content.decode()

    assert f"{LIST}{ben.pk}/change/" in text
    assert f"{LIST}{ada.pk}/change/" not in text
