"""Nobody learns from the clock who has an account (S-05), measured with the product's hasher."""

import statistics
import time

import pytest
from django.test import Client, override_settings

from apps.users.models import User
from connect import settings as product
from tests.people import PASSWORD

pytestmark = [pytest.mark.db, pytest.mark.long]

SAMPLES = 500
MOST_SECONDS = 0.005


def seconds_of(client: Client, username: str) -> float:
    """Of work, on all cores: what other programs do meanwhile is not counted."""
    start = time.process_time()
    client.post("/demo/login", {"username": username, "password": "Wrong-Horse-7"})
    return time.process_time() - start


@override_settings(PASSWORD_HASHERS=product.PASSWORD_HASHERS, AXES_ENABLED=False)
def test_a_refusal_takes_as_long_for_whoever_exists_as_for_who_does_not_s_05(
    client: Client, ana: User
) -> None:
    """Taken in turns, so that a slow minute of the machine slows both alike."""
    ana.set_password(PASSWORD)
    ana.save()
    taken: dict[str, list[float]] = {"nobody": [], "ana": []}

    for _ in range(SAMPLES):
        for username, seconds in taken.items():
            seconds.append(seconds_of(client, username))

    nobody, somebody = (statistics.median(seconds) for seconds in taken.values())
    assert ana.password.startswith("argon2")
    assert abs(nobody - somebody) < MOST_SECONDS
