"""Changing one's own password (S-05, S-07, SR-053)."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.users.models import SignIn, User
from apps.users.sessions import keep_alive
from tests.people import PASSWORD

pytestmark = pytest.mark.db

PAGE, NEW = "/demo/password", "Another-Horse-8"


def signed_in(password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/demo/login", {"username": "ana", "password": password})
    return client


def is_open(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> Any:
    typed = {"old_password": old, "password": new, "again": new if again is None else again}
    return client.post(PAGE, typed)


def test_the_new_password_signs_in_and_the_old_one_does_not_sr_053(ana: User) -> None:
    answer = change(signed_in())

    assert answer["Location"] == "/demo/sessions?changed"
    assert is_open(signed_in(NEW))
    assert not is_open(signed_in())


def test_this_session_goes_on_and_all_others_end_s_07(ana: User) -> None:
    here, there = signed_in(), signed_in()
    key = here.cookies[settings.SESSION_COOKIE_NAME].value

    change(here)

    assert (is_open(here), is_open(there)) == (True, False)
    assert keep_alive(key)
    assert sorted(SignIn.objects.values_list("end", flat=True)) == ["", "ENDED"]
    assert "Your password is changed." in here.get("/demo/sessions?changed").content.decode()


def test_the_page_shows_the_rules_before_anything_is_typed(ana: User) -> None:
    text = signed_in().get(PAGE).content.decode()

    assert "at least 8 characters" in text
    assert "upper-case letter" in text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"old": "Wrong-Horse-7"}, "old_password", "This is not your password."),
        ({"old": ""}, "old_password", "required"),
        ({"new": "short"}, "password", "at least 8 characters"),
        ({"new": "Password1"}, "password", "too common"),
        ({"again": "Another-Horse-9"}, "again", "differ"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_changes(
    ana: User, typed: dict[str, str], field: str, sentence: str
) -> None:
    here, there = signed_in(), signed_in()

    answer = change(here, **typed)

    assert list(answer.context["form"].errors) == [field]
    assert sentence in answer.content.decode()
    assert is_open(here) and is_open(there)
    assert is_open(signed_in())


def test_no_password_is_put_back_into_the_page_sr_053(ana: User) -> None:
    text = change(signed_in(), old="Wrong-Horse-7").content.decode()

    assert "Horse" not in text


def test_wrong_old_passwords_close_the_door_like_at_the_log_in_s_05(ana: User) -> None:
    here = signed_in()

    answers = [change(here, old="Wrong-Horse-7").status_code for _ in range(10)]

    assert answers == [200] * 9 + [429]
    assert change(here).status_code == 429
    assert signed_in().get("/api/v1/me").status_code == 401


def test_a_stranger_has_no_password_to_change(ana: User) -> None:
    assert change(Client())["Location"] == f"/demo/login?next={PAGE}"
