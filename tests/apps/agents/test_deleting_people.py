"""A person is deleted for good; what records say of the person stays."""

from collections.abc import Iterator

import pytest

from apps.agents.models import AgentStatusChange
from apps.agents.services.people import delete_person, set_person_active
from apps.core.errors import NotFound
from apps.flows.models import ContactFlow
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import Queue, QuickConnect
from apps.routing.selectors.where_used import uses_of_profile
from apps.routing.services.quick_connects import (
    NotAnAgent,
    create_quick_connect,
    delete_quick_connect,
)
from apps.users.models import User
from apps.users.selectors import users_of
from apps.users.services import OwnAccount, UserInUse, set_password
from tests.people import PASSWORD, hire
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.db


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


@pytest.fixture
def ben(scope: Instance) -> User:
    return hire(scope, "ben", first_name="Ben", email="ben@example.org")


def test_nothing_opens_to_somebody_deleted(ben: User, ada: User) -> None:
    client = signed_in(ben)

    delete_person(ben, acting_user=ada)

    assert client.get("/api/v1/me").status_code == 401
    ben = User.objects.get(pk=ben.pk)
    assert not (ben.is_active or ben.has_usable_password() or ben.groups.exists())
    assert ben.email == ""


def test_records_keep_the_name_and_history_goes_on_to_the_end(ben: User) -> None:
    delete_person(ben)

    ben = User.objects.get(pk=ben.pk)
    assert (ben.display_name, ben.username) == ("Ben", "ben")
    assert AgentStatusChange.objects.filter(agent=ben.agent, ended_at=None).count() == 1
    assert not Queue.objects.get(user=ben).is_enabled


def test_the_user_name_is_free_again(scope: Instance, ben: User) -> None:
    delete_person(ben)

    again = hire(scope, "Ben")
    delete_person(again)

    assert hire(scope, "ben").login_key == "demo:ben"


def test_lists_and_rest_know_nothing_of_somebody_deleted(ben: User, ada: User) -> None:
    agent_id = ben.agent.public_id
    delete_person(ben)
    client = signed_in(ada)

    listed = client.get(f"{DEMO}/users").json()["results"]

    assert [user["username"] for user in listed] == ["ada"]
    for path in (f"users/{ben.public_id}/sign-ins", f"agents/{agent_id}/status-history"):
        check_problem(client.get(f"{DEMO}/{path}"), status=404, code="NOT_FOUND")


def test_nobody_deletes_the_own_account(scope: Instance, ada: User) -> None:
    with pytest.raises(OwnAccount):
        delete_person(ada, acting_user=ada)


def connect_to(user: User, instance: Instance) -> QuickConnect:
    flow = ContactFlow.objects.get(kind="AGENT_TRANSFER", is_default=True)
    return create_quick_connect(instance=instance, name="To Ben", kind="USER", user=user, flow=flow)


@pytest.fixture
def to_ben(scope: Instance, ben: User) -> QuickConnect:
    return connect_to(ben, scope)


def test_whom_a_quick_connect_leads_to_is_not_deleted_and_it_is_named(
    ben: User, to_ben: QuickConnect
) -> None:
    with pytest.raises(UserInUse, match="To Ben") as refusal:
        delete_person(ben)

    assert (refusal.value.code, refusal.value.status) == ("USER_IN_USE", 409)
    assert User.objects.get(pk=ben.pk).is_active

    delete_quick_connect(to_ben)
    delete_person(ben)


def test_no_quick_connect_leads_to_somebody_deleted(scope: Instance, ben: User) -> None:
    delete_person(ben)

    with pytest.raises(NotAnAgent):
        connect_to(ben, scope)


def test_somebody_deleted_uses_no_routing_profile(ben: User) -> None:
    profile = ben.agent.routing_profile
    delete_person(ben)

    (agents,) = uses_of_profile(profile)
    assert not agents.names


@pytest.mark.parametrize("again", ["delete", "switch on", "password"])
def test_deleted_is_irreversible(ben: User, again: str) -> None:
    stale = User.objects.get(pk=ben.pk)
    delete_person(ben)

    with pytest.raises(NotFound):
        {
            "delete": lambda: delete_person(stale),
            "switch on": lambda: set_person_active(stale, is_active=True),
            "password": lambda: set_password(stale, password=PASSWORD),
        }[again]()

    assert not User.objects.get(pk=ben.pk).is_active


def test_without_an_agents_side_a_user_is_deleted_as_well(ana: User, scope: Instance) -> None:
    delete_person(ana)

    assert not users_of(scope).exists()
