"""The admin of the installation: operators only, alarms only, no inline script (S-08)."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from apps.alarms.models import Alarm
from apps.alarms.services import raise_alarm
from apps.instances.domain.alias import is_reserved
from apps.instances.models import Instance
from apps.numbers.models import PoolNumber
from apps.users.models import User
from apps.users.services import set_active
from tests.architecture.routes import ROUTES, Kind, address
from tests.connect.test_page_security import check_headers, check_source
from tests.people import PASSWORD

pytestmark = pytest.mark.db

LIST = "/admin/alarms/alarm/"
OPERATOR_ROUTES = sorted(name for name, route in ROUTES.items() if route.kind is Kind.OPERATOR)


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser("root", PASSWORD)


@pytest.fixture
def alarm(demo_instance: Instance) -> Alarm:
    raise_alarm("disk_full", "node-1", message="The disk is full.", instance=demo_instance)
    return Alarm.objects.get()


def operator_page(route: str, alarm: Alarm) -> str:
    make = ROUTES[route].foreign
    assert alarm.instance is not None
    values = make(alarm.instance) if make else {"object_id": str(alarm.pk)}
    return address(route, alias="demo", **values)


@pytest.fixture
def number(alarm: Alarm) -> PoolNumber:
    """With the key of the alarm, so that one number opens the pages of both."""
    return PoolNumber.objects.create(pk=alarm.pk, e164="+12065550101", country="US", kind="DID")


def log_in(client: Client, username: str, password: str = PASSWORD) -> bool:
    answer = client.post("/admin/login/", {"username": username, "password": password})
    return answer.status_code == 302


def test_an_operator_logs_in_with_the_bare_name(client: Client, operator: User) -> None:
    assert log_in(client, "Root")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("username", ["ada", "demo:ada", ":demo:ada", "nobody", ""])
def test_nobody_else_logs_in_here(client: Client, ada: User, username: str) -> None:
    assert not log_in(client, username)
    assert not log_in(client, username, "wrong")


@pytest.mark.parametrize("lacks", ["is_staff", "is_superuser", "is_active"])
def test_a_user_without_instance_who_is_no_operator_stays_out(
    client: Client, operator: User, lacks: str
) -> None:
    User.objects.filter(pk=operator.pk).update(**{lacks: False})

    assert not log_in(client, "root")


def test_a_superuser_of_an_instance_is_no_operator(client: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_staff=True, is_superuser=True)
    client.force_login(ada, backend="apps.users.backends.InstanceBackend")

    assert client.get("/admin/").status_code == 302


def test_too_many_wrong_passwords_are_refused_here_too_s_05(client: Client, operator: User) -> None:
    for _ in range(10):
        log_in(client, "root", "wrong")

    answer = client.post("/admin/login/", {"username": "root", "password": PASSWORD})
    assert answer.status_code == 429


@pytest.mark.parametrize("route", OPERATOR_ROUTES)
@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_everybody_else_is_sent_to_the_log_in(
    client: Client, ada: User, alarm: Alarm, number: PoolNumber, route: str, who: str
) -> None:
    if who == "administrator":
        client.force_login(ada, backend="apps.users.backends.InstanceBackend")

    answer = client.get(operator_page(route, alarm))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/?next=/admin/")


@pytest.mark.parametrize("route", OPERATOR_ROUTES)
def test_an_operators_page_holds_the_policy_without_inline_script_s_08(
    client: Client, operator: User, alarm: Alarm, number: PoolNumber, route: str
) -> None:
    client.force_login(operator, backend="apps.users.backends.InstanceBackend")

    answer = client.get(operator_page(route, alarm))

    assert answer.status_code == 200
    check_headers(answer, admin=True)
    check_source(answer, style_block=True)


def test_alarms_can_be_searched_and_filtered(client: Client, operator: User, alarm: Alarm) -> None:
    client.force_login(operator, backend="apps.users.backends.InstanceBackend")

    for query in ({"q": "disk"}, {"closed_at__isempty": "1"}, {"severity__exact": "warning"}):
        assert "The disk is full." in client.get(LIST, query).content.decode(), query
    for query in ({"q": "flood"}, {"closed_at__isempty": "0"}, {"kind": "late"}):
        assert "The disk is full." not in client.get(LIST, query).content.decode(), query


def test_alarms_are_only_read_and_closed(client: Client, operator: User, alarm: Alarm) -> None:
    client.force_login(operator, backend="apps.users.backends.InstanceBackend")

    assert client.post(f"{LIST}{alarm.pk}/change/", {"message": "x"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 404
    assert client.get(f"{LIST}{alarm.pk}/delete/").status_code == 404
    assert client.get("/admin/password_change/").status_code == 404


def test_closing_is_written_down_with_who_did_it(
    client: Client, operator: User, alarm: Alarm
) -> None:
    client.force_login(operator, backend="apps.users.backends.InstanceBackend")

    client.post(LIST, {"action": "close", "_selected_action": [alarm.pk]})

    alarm.refresh_from_db()
    assert alarm.closed_at is not None
    assert alarm.closed_by == operator
    assert LogEntry.objects.get().user == operator


def test_an_operator_who_is_switched_off_is_out_at_once(client: Client, operator: User) -> None:
    client.force_login(operator, backend="apps.users.backends.InstanceBackend")
    set_active(operator, is_active=False, acting_user=None)

    assert client.get("/admin/").status_code == 302


def test_no_instance_can_have_the_admins_address() -> None:
    assert is_reserved("admin")
