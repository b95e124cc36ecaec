"""Where somebody is signed in, and signing out of there from here (S-07)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from apps.core import bus, clock
from apps.core.errors import NotFound
from apps.users.models import SignIn, User
from apps.users.selectors import open_sessions
from apps.users.services import end_sign_in
from tests.people import PASSWORD

pytestmark = pytest.mark.db

OWN = "/demo/sessions"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


def browser(username: str = "ana", *, agent: str = CHROME, alias: str = "demo") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR="192.0.2.7")
    client.post(f"/{alias}/login", {"username": username, "password": PASSWORD})
    return client


def is_open(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def sign_in_of(client: Client) -> SignIn:
    return SignIn.objects.get(session_id=client.cookies[settings.SESSION_COOKIE_NAME].value)


def of(user: User) -> str:
    return f"/demo/users/{user.public_id}/sessions"


def test_a_sign_in_knows_its_browser_and_address(ana: User) -> None:
    row = sign_in_of(browser(agent=FIREFOX))

    assert (row.browser, row.address, row.how) == ("Firefox on Windows", "192.0.2.7", "PASSWORD")


def test_ones_own_sessions_are_listed_the_present_one_first(ana: User, mia: User) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        here = browser()
        time.shift(timedelta(minutes=5))
        browser(agent=FIREFOX)
        browser("mia")

        answer = here.get(OWN)

    rows = answer.context["rows"]
    assert [(row.browser, row.is_current) for row in rows] == [
        ("Chrome on Linux", True), ("Firefox on Windows", False),
    ]  # fmt: skip
    assert rows[0].used_at - rows[0].started_at == timedelta(minutes=5)
    text = answer.content.decode()
    assert "This session" in text and "Sign out everywhere else" in text
    assert here.cookies[settings.SESSION_COOKIE_NAME].value not in text


def test_a_session_that_is_over_is_not_listed(ana: User) -> None:
    browser(agent=FIREFOX).post("/demo/logout")
    idle = timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1)
    browser()

    assert [row.browser for row in open_sessions(ana)] == ["Chrome on Linux"]
    with time_machine.travel(clock.now() + idle, tick=False):
        assert open_sessions(ana) == []


def test_one_signs_out_elsewhere_from_here(ana: User) -> None:
    here, there = browser(), browser(agent=FIREFOX)
    row = sign_in_of(there)

    answer = here.post(OWN, {"end": str(row.public_id)})

    row.refresh_from_db()
    assert answer["Location"] == OWN
    assert (is_open(here), is_open(there), row.end) == (True, False, "SIGNED_OUT")


def test_signing_out_this_session_leads_to_the_log_in(ana: User) -> None:
    here, there = browser(), browser(agent=FIREFOX)

    answer = here.post(OWN, {"end": str(sign_in_of(here).public_id)})

    assert answer["Location"] == "/demo/login"
    assert (is_open(here), is_open(there)) == (False, True)


def test_one_signs_out_everywhere_else_at_once(ana: User, mia: User) -> None:
    here, others, neighbour = browser(), [browser(), browser(agent=FIREFOX)], browser("mia")

    here.post(OWN, {"end": "others"})

    assert is_open(here) and is_open(neighbour)
    assert not any(map(is_open, others))


@pytest.mark.django_db(transaction=True)
def test_sockets_of_sessions_ended_elsewhere_hear_of_it(ana: User) -> None:
    """S-07: the bus reaches them at once."""
    here, there = browser(), browser(agent=FIREFOX)
    key, heard = there.cookies[settings.SESSION_COOKIE_NAME].value, list[dict[str, Any]]()
    stop = bus.subscribe(f"user.{ana.pk}", heard.append)

    here.post(OWN, {"end": "others"})
    stop()

    assert [(message["type"], message["session_key"]) for message in heard] == [
        ("session.ended", key)
    ]


@pytest.mark.parametrize(
    ("asked", "status"),
    [("", 400), ("x", 400), ("all", 400), ("0197a4c2-0000-7000-8000-00000000c0de", 404)],
)
def test_an_id_that_is_none_ends_nothing(ana: User, asked: str, status: int) -> None:
    here, there = browser(), browser(agent=FIREFOX)

    assert here.post(OWN, {"end": asked}).status_code == status
    assert is_open(here) and is_open(there)


def test_the_session_of_somebody_else_is_like_one_that_does_not_exist_s_02(
    ana: User, mia: User, otto: User
) -> None:
    here, strangers = browser(), [browser("mia"), browser("otto", alias="other")]
    nothing = here.post(OWN, {"end": str(uuid4())})

    for stranger in strangers:
        answer = here.post(OWN, {"end": str(sign_in_of(stranger).public_id)})
        assert (answer.status_code, answer.content) == (404, nothing.content)
        assert is_open(stranger)


def test_an_administrator_sees_and_ends_the_sessions_of_others(ada: User, ana: User) -> None:
    admin, there, elsewhere = browser("ada"), browser(), browser(agent=FIREFOX)
    row = sign_in_of(there)
    text = admin.get(of(ana)).content.decode()
    assert "Sessions of Ana Lima" in text and "192.0.2.7" in text

    admin.post(of(ana), {"end": str(row.public_id)})

    row.refresh_from_db()
    assert (is_open(there), is_open(elsewhere), row.end) == (False, True, "ENDED")
    admin.post(of(ana), {"end": "all"})
    assert not is_open(elsewhere)
    assert is_open(admin)


def test_an_id_of_another_person_s_session_does_not_count_on_that_page(
    ada: User, ana: User, mia: User
) -> None:
    there = browser("mia")

    answer = browser("ada").post(of(ana), {"end": str(sign_in_of(there).public_id)})

    assert answer.status_code == 404
    assert is_open(there)


def test_without_the_right_nobody_sees_the_sessions_of_others_s_03(ana: User, mia: User) -> None:
    there = browser("mia")

    for answer in (browser().get(of(mia)), browser().post(of(mia), {"end": "all"})):
        assert answer.status_code == 403
    assert is_open(there)


def test_nobody_ends_the_sessions_of_somebody_more_powerful_s_04(max_: User, ada: User) -> None:
    there, manager = browser("ada"), browser("max")

    assert manager.get(of(ada)).status_code == 403
    assert manager.post(of(ada), {"end": "all"}).status_code == 403
    assert is_open(there)


def test_somebody_of_another_instance_is_not_found_s_02(ada: User, otto: User) -> None:
    there = browser("otto", alias="other")

    assert browser("ada").post(of(otto), {"end": "all"}).status_code == 404
    assert is_open(there)


def test_the_page_of_a_person_in_the_admin_leads_to_their_sessions(ada: User, ana: User) -> None:
    text = browser("ada").get(f"/demo/admin/users/user/{ana.pk}/change/").content.decode()

    assert f'href="{of(ana)}"' in text


def test_a_session_is_ended_once(ana: User) -> None:
    there = browser()
    row = sign_in_of(there)
    end_sign_in(ana, public_id=row.public_id, acting_user=ana)

    with pytest.raises(NotFound):
        end_sign_in(ana, public_id=row.public_id, acting_user=ana)


def test_the_menu_of_every_page_leads_to_sessions_and_password(ana: User) -> None:
    text = browser().get("/demo/help/").content.decode()

    assert 'href="/demo/sessions"' in text and 'href="/demo/password"' in text
    assert 'href="/demo/sessions"' not in Client().get("/demo/help/").content.decode()
