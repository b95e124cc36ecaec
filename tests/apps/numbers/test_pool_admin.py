"""Operators bring numbers into the pool and take them out."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.numbers.models import PoolNumber
from apps.users.models import User
from tests.apps.numbers.pool import in_pool
from tests.people import PASSWORD
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/admin/numbers/poolnumber/"


@pytest.fixture
def operator(db: None) -> Client:
    return signed_in(User.objects.create_superuser("root", PASSWORD))


def page(client: Client, path: str, **sent: Any) -> str:
    answer = client.post(path, sent) if sent else client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_many_numbers_are_added_at_once(operator: Client) -> None:
    sent = {"numbers": "020 7183 8750\n+1 206 555 0101", "country": "GB"}

    answer = operator.post(f"{LIST}add/", sent, follow=True)

    assert answer.redirect_chain == [("../", 302)]
    assert "2 numbers were added." in answer.content.decode()
    assert sorted(each.e164 for each in PoolNumber.objects.all()) == [
        "+12065550101",
        "+442071838750",
    ]


def test_bad_lines_are_named_at_the_field_and_the_text_is_kept(operator: Client) -> None:
    in_pool("+12065550101")
    typed = "206 555 0102\n206 555 0101\nabc"

    text = page(operator, f"{LIST}add/", numbers=typed, country="US")

    assert "Line 2: It is in the pool already." in text
    assert "Line 3:" in text
    assert typed in text
    assert PoolNumber.objects.count() == 1


def test_a_number_is_found_by_its_digits_and_removed(operator: Client) -> None:
    gone, stays = in_pool("+12065550101", "+12065550102")
    assert "+1 206-555-0102" not in page(operator, f"{LIST}?q=0101")

    operator.post(f"{LIST}{gone.pk}/delete/", {"post": "yes"})

    assert PoolNumber.objects.get() == stays


def test_those_that_rest_are_told_apart(operator: Client) -> None:
    resting, _free = in_pool("+12065550101", "+12065550102")
    PoolNumber.objects.filter(pk=resting.pk).update(available_from=clock.now() + timedelta(days=2))

    assert "+1 206-555-0101" not in page(operator, f"{LIST}?available=now")
    later = page(operator, f"{LIST}?available=later")
    assert "+1 206-555-0101" in later and "+1 206-555-0102" not in later


def test_an_administrator_of_an_instance_has_no_pool(ada: User) -> None:
    assert signed_in(ada).get(LIST).status_code == 302
    assert signed_in(ada).get("/demo/admin/numbers/poolnumber/").status_code == 404
