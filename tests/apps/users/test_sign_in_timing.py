"""Nobody learns from the clock who has an account (S-05), measured with the product's hasher."""

import statistics
import time

import pytest
from django.test import Client, override_settings

from apps.instances.models import Instance
from apps.users.models import User
from apps.users.services import set_active
from connect import settings as product
from tests.people import user_with

pytestmark = [pytest.mark.db, pytest.mark.long]

SAMPLES = 500
MOST_SECONDS = 0.005


def seconds_of(client: Client, username: str) -> float:
    start = time.perf_counter()
    client.post("/demo/login", {"username": username, "password": "Wrong-Horse-7"})
    return time.perf_counter() - start


@override_settings(PASSWORD_HASHERS=product.PASSWORD_HASHERS, AXES_ENABLED=False)
def test_a_refusal_takes_as_long_for_whoever_exists_as_for_who_does_not_s_05(
    client: Client, demo_instance: Instance
) -> None:
    """Taken in turns, so that a slow minute of the machine slows all of them alike."""
    user_with(demo_instance, "ana")
    set_active(user_with(demo_instance, "off"), is_active=False)
    taken: dict[str, list[float]] = {"nobody": [], "ana": [], "off": []}
    assert User.objects.filter(password__startswith="argon2").count() == 2

    for _ in range(SAMPLES):
        for username, seconds in taken.items():
            seconds.append(seconds_of(client, username))

    medians = [statistics.median(seconds) for seconds in taken.values()]
    assert max(medians) - min(medians) < MOST_SECONDS
