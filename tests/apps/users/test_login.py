"""Signing in at an instance's own address (SR-012, SR-013, SR-015, SR-051; S-05)."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import BasePasswordHasher
from django.test import Client

from apps.instances.models import Instance
from apps.instances.selectors import access_path
from apps.instances.services.instances import update_instance
from apps.security_profiles.services import create_profile
from apps.users.models import User
from apps.users.services import create_user, set_active
from tests.people import PASSWORD, user_with

pytestmark = pytest.mark.db


LogLines = Callable[[], list[str]]


@pytest.fixture
def log_lines(monkeypatch: pytest.MonkeyPatch) -> LogLines:
    """What the process writes from here on: the product's own handler into memory."""
    stream = io.StringIO()
    handlers = [h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler]
    for handler in handlers:
        monkeypatch.setattr(handler, "stream", stream)
    return lambda: [line for line in stream.getvalue().splitlines() if json.loads(line)]


def sign_in(
    client: Client,
    *,
    alias: str = "demo",
    username: str = "ana",
    password: str = PASSWORD,
    **more: str,
) -> Any:
    return client.post(f"/{alias}/login", {"username": username, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_access_link_shows_the_log_in_page_sr_012(
    client: Client, demo_instance: Instance
) -> None:
    answer = client.get(access_path(demo_instance))

    assert answer.status_code == 200
    assert "Demo Airline" in answer.content.decode()


def test_the_link_survives_a_new_display_name_sr_014(
    client: Client, demo_instance: Instance
) -> None:
    update_instance(demo_instance, name="Renamed")

    assert client.get("/demo/login").status_code == 200


def test_url_name_and_password_sign_in_sr_051(client: Client, ana: User) -> None:
    answer = sign_in(client)

    assert (answer.status_code, answer["Location"]) == (302, "/demo/ccp-v2/")
    assert signed_in(client)


@pytest.mark.parametrize(
    ("permissions", "place"),
    [
        (["BasicAgentAccess", "Queues.View"], "/demo/ccp-v2/"),
        (["Queues.View", "Users.View"], "/demo/admin/routing/queue/"),
        (["Users.View"], "/demo/admin/users/user/"),
        (["ContactSearch.View"], "/demo/contacts"),
        ([], "/"),
    ],
)
def test_who_has_no_panel_comes_to_the_first_page_of_the_menu(
    client: Client, demo_instance: Instance, permissions: list[str], place: str
) -> None:
    """And not to a page that says that it is not theirs."""
    create_profile(instance=demo_instance, name="Some", permissions=permissions)
    user_with(demo_instance, "vera", "Some")

    answer = sign_in(client, username="vera")

    assert answer["Location"] == place
    assert client.get(place).status_code == 200


def test_the_name_is_compared_without_case_and_blanks_sr_052(client: Client, ana: User) -> None:
    sign_in(client, username=" ANA ")

    assert signed_in(client)


@pytest.mark.parametrize(
    ("username", "password"),
    [("ana", "Wrong-Horse-7"), ("nobody", PASSWORD), ("off", PASSWORD), ("ana", ""), ("", "")],
)
def test_every_refusal_reads_the_same_sr_013(
    client: Client, ana: User, demo_instance: Instance, username: str, password: str
) -> None:
    set_active(user_with(demo_instance, "off", "Agent"), is_active=False)

    answer = sign_in(client, username=username, password=password)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "The user name or the password is not right." in text
    assert list(answer.context["form"].errors) == ["__all__"]
    assert not signed_in(client)
    assert "Horse" not in text


@pytest.mark.parametrize("page", ["/demo/login", "/admin/login/"])
def test_a_name_that_grows_beyond_all_columns_is_nobodys(
    client: Client, demo_instance: Instance, page: str
) -> None:
    """One sign of these becomes eighteen; PostgreSQL refuses to count such a name."""
    answer = client.post(page, {"username": "\ufdfa" * 100, "password": PASSWORD})

    assert "The user name or the password is not right." in answer.content.decode()
    assert not AccessAttempt.objects.exists()


def test_an_unknown_name_costs_the_same_hash_as_a_wrong_password_s_05(
    client: Client, ana: User
) -> None:
    """Counted, not timed: one password hash either way."""

    def hashes(username: str) -> int:
        with mock.patch(
            "django.contrib.auth.hashers.MD5PasswordHasher.encode",
            autospec=True,
            side_effect=_encode,
        ) as encode:
            sign_in(client, username=username, password="Wrong-Horse-7")
        return encode.call_count

    assert hashes("nobody") == hashes("ana") == 1


def test_a_password_works_only_at_its_own_instance_sr_013(
    client: Client, ana: User, other_instance: Instance
) -> None:
    sign_in(client, alias="other")

    assert not signed_in(client)


def test_two_people_with_one_name_have_their_own_passwords_sr_013(
    client: Client, ana: User, other_instance: Instance
) -> None:
    namesake = create_user(instance=other_instance, username="ana", password="Another-Horse-8")

    sign_in(client, alias="other", password=PASSWORD)
    assert not signed_in(client)
    sign_in(client, alias="other", password="Another-Horse-8")

    assert client.session["_auth_user_id"] == str(namesake.pk)


def test_the_log_in_of_an_unknown_instance_is_not_found(client: Client, db: None) -> None:
    assert client.get("/nowhere/login").status_code == 404


def test_nobody_signs_in_at_a_switched_off_instance(client: Client, ana: User) -> None:
    assert ana.instance is not None
    sign_in(client)
    update_instance(ana.instance, is_active=False)

    assert client.get("/demo/login").status_code == 404


def test_after_log_in_the_asked_page_opens_sr_015(client: Client, ana: User) -> None:
    assert sign_in(client, next="/demo/help/?x=1")["Location"] == "/demo/help/?x=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)",
        "\\\\evil.example", "http:///evil.example", "evil", "///evil.example", "/\tevil\n//x",
    ],
)  # fmt: skip
def test_only_a_path_of_this_installation_is_followed_sr_015(
    client: Client, ana: User, target: str
) -> None:
    location = sign_in(client, next=target)["Location"]

    assert location == "/demo/ccp-v2/" or location.startswith("/%09evil")


def test_a_post_without_token_is_refused_s_08(ana: User) -> None:
    answer = sign_in(Client(enforce_csrf_checks=True))

    assert answer.status_code == 403


def test_no_password_session_key_name_or_number_is_logged_s_13(
    client: Client, ana: User, log_lines: LogLines
) -> None:
    sign_in(client, password="Wrong-Horse-7")
    sign_in(client, username="+12065550100", password="Wrong-Horse-7")
    sign_in(client)
    key = client.session.session_key
    for _ in range(11):
        sign_in(Client(), password="Wrong-Horse-7")
    client.get("/demo/nothing?number=%2B12065550100")
    client.get("/demo/help/+12065550100")
    client.post("/demo/logout")

    text = "\n".join(log_lines())

    assert key and key not in text
    assert '"level": "warning"' in text
    for secret in ("Horse", "2065550100", "demo:ana"):
        assert secret not in text


def _encode(hasher: BasePasswordHasher, password: str, salt: str) -> str:
    return f"md5${salt}$x"


def test_who_went_offline_is_told_why_the_log_in_page_is_there_sr_069(
    client: Client, demo_instance: Instance
) -> None:
    told = "You are offline and signed out."

    assert told in client.get("/demo/login?next=/demo/ccp-v2/&offline").content.decode()
    assert told not in client.get("/demo/login?next=/demo/ccp-v2/").content.decode()
