"""Wrong passwords close doors for a while, and never somebody else's (S-05)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from apps.core import clock
from apps.instances.models import Instance
from apps.users.models import User
from apps.users.services import set_active
from tests.people import PASSWORD, user_with

pytestmark = pytest.mark.db

WRONG = "Wrong-Horse-7"
COOL_OFF = timedelta(hours=settings.AXES_COOLOFF_TIME)
DOORS = ["/demo/login", "/admin/login/"]


def sign_in(
    client: Client, *, username: str = "ana", password: str = PASSWORD, door: str = "/demo/login"
) -> Any:
    return client.post(door, {"username": username, "password": password})


def spray(client: Client, *, tries: int = 100, door: str = "/demo/login") -> None:
    for number in range(tries):
        sign_in(client, username=f"guess{number}", password=WRONG, door=door)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_tenth_wrong_password_closes_the_door_for_this_user_and_address_s_05(
    client: Client, ana: User, mia: User
) -> None:
    answers = [sign_in(client, password=WRONG).status_code for _ in range(10)]

    assert answers == [200] * 9 + [429]
    assert sign_in(client).status_code == 429
    assert not signed_in(client)
    assert "Too many wrong passwords" in sign_in(client).content.decode()
    assert sign_in(client, username="mia").status_code == 302


def test_the_door_stays_open_from_another_address_s_05(client: Client, ana: User) -> None:
    for _ in range(10):
        sign_in(client, password=WRONG)

    elsewhere = Client(REMOTE_ADDR="192.0.2.7")

    assert sign_in(elsewhere).status_code == 302


def test_other_spellings_of_the_name_count_together_s_05(client: Client, ana: User) -> None:
    names = ["ana", "ANA", " ana", "Ana ", "ａna"] * 2

    answers = [sign_in(client, username=name, password=WRONG) for name in names]

    assert answers[-1].status_code == 429


def test_other_browsers_at_the_address_count_together_s_05(client: Client, ana: User) -> None:
    for number in range(10):
        sign_in(Client(headers={"user-agent": f"Browser {number}"}), password=WRONG)

    assert sign_in(client).status_code == 429


def test_a_right_password_forgets_the_wrong_ones_s_05(client: Client, ana: User) -> None:
    for _ in range(9):
        sign_in(client, password=WRONG)
    sign_in(client)

    assert sign_in(client, password=WRONG).status_code == 200


@pytest.mark.parametrize("username", ["nobody", "off", "ana"])
def test_the_door_closes_alike_for_whoever_exists_and_who_does_not_s_05(
    client: Client, demo_instance: Instance, ana: User, username: str
) -> None:
    set_active(user_with(demo_instance, "off", "Agent"), is_active=False)

    answers = [sign_in(client, username=username, password=WRONG) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 9 + [429] * 2
    assert "Try again in 15 minutes" in answers[-1].content.decode()


@pytest.mark.parametrize("door", DOORS)
def test_one_address_cannot_try_a_password_on_everybody_s_05(
    client: Client, ana: User, door: str
) -> None:
    spray(client, tries=99, door=door)
    assert sign_in(client, username="last", password=WRONG, door=door).status_code == 429

    assert sign_in(client).status_code == 429
    assert not signed_in(client)


def test_a_spray_shuts_nobody_out_who_is_elsewhere_s_05(client: Client, ana: User) -> None:
    spray(client)

    assert sign_in(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


def test_a_right_password_of_ones_own_does_not_pay_for_a_spray_s_05(
    client: Client, ana: User, mia: User
) -> None:
    spray(client, tries=90)
    sign_in(client, username="mia")
    spray(Client(), tries=100)

    assert sign_in(Client()).status_code == 429


def test_people_at_one_address_may_mistype_s_05(client: Client, ana: User) -> None:
    spray(client, tries=50)

    assert sign_in(client).status_code == 302


@pytest.mark.parametrize("door", DOORS)
def test_the_refusal_says_when_to_try_again_and_means_it_s_05(
    client: Client, ana: User, door: str
) -> None:
    name = "ana" if door == DOORS[0] else "root"
    User.objects.create_superuser("root", PASSWORD)
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(10):
            sign_in(client, username=name, password=WRONG, door=door)
        time.shift(timedelta(minutes=4, seconds=30))

        answer = sign_in(client, username=name, door=door)

        assert (answer.status_code, answer["Retry-After"]) == (429, "630")
        assert "Try again in 11 minutes" in answer.content.decode()
        time.shift(timedelta(seconds=631))
        assert sign_in(client, username=name, door=door).status_code == 302


def test_asking_again_in_vain_does_not_prolong_the_wait_s_05(client: Client, ana: User) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(10):
            sign_in(client, password=WRONG)
        time.shift(COOL_OFF / 2)
        sign_in(client, password=WRONG)
        time.shift(COOL_OFF / 2 + timedelta(seconds=1))

        assert sign_in(client).status_code == 302
