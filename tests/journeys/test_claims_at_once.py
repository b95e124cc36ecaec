"""Instances that want the same number in the same moment."""

import pytest

from apps.instances.models import Instance
from apps.instances.scope import instance_scope, unscoped
from apps.instances.services.instances import create_instance
from apps.numbers.models import PhoneNumber, PoolNumber
from apps.numbers.services.numbers import claim_from_pool
from apps.numbers.services.pool import add_to_pool
from tests.journeys.at_once import at_once

pytestmark = pytest.mark.journey

NUMBERS = [f"+1206555010{n}" for n in range(5)]


def test_one_of_them_gets_it_and_the_others_are_told(db: None) -> None:
    instances = [create_instance(alias=f"house{n}", name=f"House {n}") for n in range(3)]
    for number in add_to_pool("\n".join(NUMBERS), country="US"):

        def claim(instance: Instance, number: PoolNumber = number) -> None:
            with instance_scope(instance):
                claim_from_pool(instance=instance, number=number)

        acts = [lambda instance=instance: claim(instance) for instance in instances]
        results = at_once(instances[0], *acts)

        assert sorted(results) == ["NUMBER_TAKEN", "NUMBER_TAKEN", "done"]
        with unscoped("a test looks at all instances"):
            owner = PhoneNumber.objects.get(e164=number.e164).instance
        assert owner == instances[results.index("done")]
    assert not PoolNumber.objects.exists()
