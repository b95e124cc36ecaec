"""A complete instance with its first administrator, by service and by command."""

import io
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.agents.models import Agent
from apps.agents.services.founding import FirstAdmin, create_complete_instance
from apps.core.errors import DomainError
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.operators import OperatorsOnly
from apps.security_profiles.domain.catalogue import ALL_NAMES
from apps.security_profiles.selectors import permissions_of
from apps.users.models import User
from tests.people import PASSWORD

pytestmark = pytest.mark.db

ADMIN = FirstAdmin("ada", PASSWORD, first_name="Ada", last_name="Byron")


def found(**changes: Any) -> Instance:
    wanted: dict[str, Any] = {
        "alias": "acme", "name": "Acme", "country": "DE", "time_zone": "Europe/Berlin",
        "language": "de-DE", "admin": ADMIN,
    }  # fmt: skip
    return create_complete_instance(**wanted | changes)


def test_its_first_administrator_signs_in_and_may_do_everything(client: Client, db: None) -> None:
    instance = found()

    answer = client.post("/acme/login", {"username": "ada", "password": PASSWORD})

    user = User.objects.get()
    assert answer.status_code == 302
    assert permissions_of(user, instance) == ALL_NAMES
    assert (user.display_name, user.is_staff, user.is_superuser) == ("Ada Byron", False, False)


def test_its_first_administrator_is_an_agent_like_everybody(client: Client, db: None) -> None:
    instance = found()

    with instance_scope(instance):
        agent = Agent.objects.get()

    assert agent.routing_profile.name == "Basic Routing Profile"
    assert agent.user.username == "ada"


def test_it_is_at_home_where_it_was_said_to_be(db: None) -> None:
    instance = found(name="  Acme   Air ")

    assert (instance.name, instance.country) == ("Acme Air", "DE")
    assert (instance.time_zone, instance.language) == ("Europe/Berlin", "de-DE")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"alias": "admin"}, "alias"),
        ({"alias": "Acme"}, "alias"),
        ({"alias": "demo"}, "alias"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"country": "XX"}, "country"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"language": "tlh"}, "language"),
        ({"admin": FirstAdmin("ada", "short")}, "password"),
        ({"admin": FirstAdmin(" ", PASSWORD)}, "username"),
    ],
)
def test_when_anything_is_wrong_nothing_is_there(
    demo_instance: Instance, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        found(**changes)

    assert refusal.value.facts["field"] == field
    assert not Instance.objects.exclude(pk=demo_instance.pk).exists()
    assert not User.objects.exists()


def test_only_operators_make_instances(ada: User) -> None:
    with pytest.raises(OperatorsOnly):
        found(acting_user=ada)

    assert found(acting_user=User.objects.create_superuser("root", "unused")).alias == "acme"


def test_the_command_asks_for_the_password_and_never_shows_it_sr_053(db: None) -> None:
    out = io.StringIO()

    with mock.patch(
        "apps.agents.management.commands.create_instance.getpass", return_value=PASSWORD
    ):
        call_command("create_instance", "acme", "Acme", admin="ada", stdout=out)

    assert "/acme/login" in out.getvalue()
    assert PASSWORD not in out.getvalue()
    assert User.objects.get().check_password(PASSWORD)


def test_the_command_may_choose_the_password_itself(db: None) -> None:
    out = io.StringIO()

    call_command("create_instance", "acme", "Acme", "--generate-password", admin="ada", stdout=out)

    assert User.objects.get().check_password(out.getvalue().split()[-1])


def test_the_command_says_what_is_wrong(demo_instance: Instance) -> None:
    with pytest.raises(CommandError, match="already uses this alias"):
        call_command("create_instance", "demo", "X", "--generate-password", admin="ada")
