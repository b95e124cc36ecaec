"""Two instances want the same number in the same moment."""

import threading

import pytest
from django.db import connection

from apps.core.errors import DomainError
from apps.instances.models import Instance
from apps.instances.scope import instance_scope, unscoped
from apps.instances.services.instances import create_instance
from apps.numbers.models import PhoneNumber, PoolNumber
from apps.numbers.services.numbers import claim_from_pool
from apps.numbers.services.pool import add_to_pool

pytestmark = pytest.mark.journey


def at_once(instances: list[Instance], number: PoolNumber) -> list[str]:
    """For each instance `claimed`, or the code of the refusal."""
    start, results = threading.Barrier(len(instances)), ["?"] * len(instances)

    def claim(place: int, instance: Instance) -> None:
        start.wait(30)
        try:
            with instance_scope(instance):
                claim_from_pool(instance=instance, number=number)
            results[place] = "claimed"
        except DomainError as refusal:
            results[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=each) for each in enumerate(instances)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.parametrize("_trial", range(5))
def test_one_of_them_gets_it_and_the_other_is_told(db: None, _trial: int) -> None:
    instances = [create_instance(alias=f"house{n}", name=f"House {n}") for n in range(3)]
    (number,) = add_to_pool("+12065550101", country="US")

    results = at_once(instances, number)

    assert sorted(results) == ["NUMBER_TAKEN", "NUMBER_TAKEN", "claimed"]
    assert not PoolNumber.objects.exists()
    with unscoped("a test looks at all instances"):
        assert PhoneNumber.objects.get().instance == instances[results.index("claimed")]
