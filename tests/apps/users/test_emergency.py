"""A way in for operators when none is left (R-13)."""

import io
import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.users.emergency import ACCOUNT, USABLE, make_link
from apps.users.models import EmergencyLink, SignIn, User
from apps.users.services import end_expired_sessions, set_active
from tests.people import PASSWORD

pytestmark = pytest.mark.db


def link(*arguments: str) -> str:
    out = io.StringIO()
    call_command("emergency_login", *arguments, stdout=out)
    return out.getvalue().split()[-1]


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_one_command_lets_an_operator_in_r_13(client: Client, db: None) -> None:
    path = link("--reason", "All operators left")

    assert "operator “emergency”" in client.get(path).content.decode()
    assert client.post(path)["Location"] == "/admin/"

    assert is_in(client)
    operator = User.objects.get()
    assert (operator.username, operator.has_usable_password()) == (ACCOUNT, False)


def test_the_sign_in_is_marked_and_the_reason_kept_r_13(
    client: Client, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    with caplog.at_level(logging.WARNING, "apps.users.emergency"):
        client.post(link("--reason", "Key lost"))

    row = EmergencyLink.objects.get()
    assert SignIn.objects.get().how == SignIn.How.EMERGENCY
    assert (row.reason, row.used_at is not None) == ("Key lost", True)
    assert [record.message for record in caplog.records] == [
        "emergency link made", "emergency link used",
    ]  # fmt: skip
    assert all(vars(record)["reason"] == "Key lost" for record in caplog.records)


def test_it_works_while_wrong_passwords_keep_the_door_closed_r_13(client: Client, db: None) -> None:
    User.objects.create_superuser("root", PASSWORD)
    for _ in range(11):
        answer = client.post("/admin/login/", {"username": "root", "password": "wrong"})
    assert answer.status_code == 429

    client.post(link("--operator", "Root"))

    assert is_in(client)
    assert SignIn.objects.get().user.username == "root"


def test_looking_does_not_use_it_up_but_signing_in_does_r_13(client: Client, db: None) -> None:
    path = link()
    for _ in range(3):
        assert Client().get(path).status_code == 200

    client.post(path)

    late = Client()
    assert (late.get(path).status_code, late.post(path).status_code) == (404, 404)
    assert not is_in(late)


def test_the_audit_names_who_came_in_by_it_r_13(client: Client, db: None) -> None:
    client.post(link())

    used = AuditEntry.objects.get(content_type__model="emergencylink", action=1)
    assert used.actor == User.objects.get(username=ACCOUNT)
    assert used.remote_addr == "127.0.0.1"


def test_it_is_too_old_after_ten_minutes_r_13(client: Client, db: None) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        path = link()
        time.shift(USABLE + timedelta(seconds=1))

        assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
        assert not is_in(client)


def test_the_session_ends_after_its_minutes_however_it_is_used_r_13(
    client: Client, db: None
) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        client.post(link("--minutes", "3"))
        for _ in range(2):
            time.shift(timedelta(seconds=85))
            assert is_in(client)
        time.shift(timedelta(seconds=15))

        assert not is_in(client)
        assert end_expired_sessions() == 1
    assert SignIn.objects.get().end == "EXPIRED"


def test_the_token_itself_is_kept_nowhere_r_13(
    client: Client, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    with caplog.at_level(logging.DEBUG):
        path = link()
        client.get(path)
        client.post(path)
    token = path.rpartition("/")[2]

    assert len(token) >= 43
    assert token not in str(list(EmergencyLink.objects.values()))
    assert token not in caplog.text


def test_an_operator_who_was_switched_off_does_not_come_in_this_way_r_13(
    client: Client, db: None
) -> None:
    root = User.objects.create_superuser("root", PASSWORD)
    path = link("--operator", "root")
    set_active(root, is_active=False)

    assert client.post(path).status_code == 404


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--operator", "nobody"), "no active operator"),
        (("--operator", "ada"), "no active operator"),
        (("--minutes", "0"), "1 to 240 minutes"),
        (("--minutes", "241"), "1 to 240 minutes"),
    ],
)
def test_the_command_says_what_is_wrong(
    ada: User, arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        link(*arguments)

    assert not EmergencyLink.objects.exists()


def test_links_are_good_for_one_another_each(client: Client, db: None) -> None:
    first, second = make_link(), make_link()

    client.post(f"/admin/emergency/{second}")

    assert Client().get(f"/admin/emergency/{first}").status_code == 200
    assert User.objects.count() == 1


@pytest.mark.parametrize("token", ["forged", "x" * 2000, "%00"])
def test_a_forged_link_tells_nothing(client: Client, db: None, token: str) -> None:
    assert client.get(f"/admin/emergency/{token}").status_code == 404


def test_it_needs_the_page_s_token_s_08(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(link()).status_code == 403
    assert EmergencyLink.objects.get().used_at is None
