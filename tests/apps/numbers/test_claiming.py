"""Numbers are claimed from the pool, given a flow, and released (domain page, section 11)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from apps.core import clock
from apps.core.errors import InvalidInput, NotFound
from apps.flows.models import ContactFlow
from apps.flows.services.factory import create_shipped_flow
from apps.flows.services.publishing import create_flow
from apps.instances.models import ForeignTenantError, Instance
from apps.instances.scope import instance_scope
from apps.instances.services.quotas import QuotaReached, set_quotas
from apps.numbers.models import NumberKind, PhoneNumber, PoolNumber
from apps.numbers.selectors import free_numbers, number_for_callers
from apps.numbers.services import numbers
from apps.numbers.services.numbers import (
    FlowNotPublished,
    FlowOfWrongType,
    NumberInUse,
    NumberResting,
    NumberTaken,
)
from apps.routing.models import Queue
from apps.routing.services.queues import change_queue
from tests.apps.numbers.pool import in_pool

pytestmark = pytest.mark.db

MONTH = timedelta(days=30)


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


@pytest.fixture
def inbound(scope: Instance) -> ContactFlow:
    return create_shipped_flow(scope, "demo_inbound")


@pytest.fixture
def claimed(scope: Instance) -> PhoneNumber:
    (number,) = in_pool("+12065550101")
    return numbers.claim_from_pool(instance=scope, number=number)


def test_a_number_moves_from_the_pool_to_the_instance(
    scope: Instance, inbound: ContactFlow
) -> None:
    (free,) = in_pool("+18005550199")

    number = numbers.claim_from_pool(instance=scope, number=free, description="Sales", flow=inbound)

    assert (number.e164, number.kind) == ("+18005550199", NumberKind.TOLL_FREE)
    assert (number.description, number.flow) == ("Sales", inbound)
    assert number_for_callers() == number
    assert not PoolNumber.objects.exists()


def test_the_quota_of_numbers_is_kept(scope: Instance) -> None:
    set_quotas(scope, {"phone_numbers": 1})
    first, second = in_pool("+12065550101", "+12065550102")
    numbers.claim_from_pool(instance=scope, number=first)

    with pytest.raises(QuotaReached, match="phone numbers is 1"):
        numbers.claim_from_pool(instance=scope, number=second)

    assert PoolNumber.objects.get() == second


def test_a_number_that_somebody_else_claimed_is_taken(
    scope: Instance, other_instance: Instance
) -> None:
    (free,) = in_pool("+12065550101")
    with instance_scope(other_instance):
        numbers.claim_from_pool(instance=other_instance, number=free)

    with pytest.raises(NumberTaken):
        numbers.claim_from_pool(instance=scope, number=free)

    assert not PhoneNumber.objects.exists()


@pytest.mark.parametrize("description", ["x" * 501, "nul\0", "half \ud800"])
def test_a_refused_claim_leaves_the_number_in_the_pool(scope: Instance, description: str) -> None:
    (free,) = in_pool("+12065550101")

    with pytest.raises(InvalidInput) as refused:
        numbers.claim_from_pool(instance=scope, number=free, description=description)

    assert refused.value.facts["field"] == "description"
    assert PoolNumber.objects.get() == free


def test_only_a_published_inbound_flow_answers_sr_095(
    scope: Instance, claimed: PhoneNumber
) -> None:
    """SR-095: a draft has no effect; and a hold flow could not answer a call."""
    draft = create_flow(instance=scope, name="Draft", kind="CONTACT_FLOW", content={})
    hold = ContactFlow.objects.get(name="Default customer hold")

    with pytest.raises(FlowNotPublished) as unpublished:
        numbers.attach_flow(claimed, draft)
    with pytest.raises(FlowOfWrongType) as wrong:
        numbers.attach_flow(claimed, hold)

    assert {unpublished.value.facts["field"], wrong.value.facts["field"]} == {"flow"}
    claimed.refresh_from_db()
    assert claimed.flow is None


def test_a_flow_is_attached_and_taken_away_again(
    claimed: PhoneNumber, inbound: ContactFlow
) -> None:
    assert numbers.attach_flow(claimed, inbound).flow == inbound
    assert number_for_callers() == claimed

    numbers.attach_flow(claimed, None)

    assert number_for_callers() is None


def test_the_flow_of_another_instance_cannot_be_attached_s_02(
    claimed: PhoneNumber, other_instance: Instance
) -> None:
    with instance_scope(other_instance):
        foreign = create_shipped_flow(other_instance, "demo_inbound")

    with pytest.raises(ForeignTenantError):
        numbers.attach_flow(claimed, foreign)


def test_a_description_says_what_a_number_is_for(claimed: PhoneNumber) -> None:
    numbers.describe(claimed, "Returns")

    claimed.refresh_from_db()
    assert claimed.description == "Returns"


def test_a_released_number_rests_a_month_before_anybody_claims_it_again(
    scope: Instance, claimed: PhoneNumber, inbound: ContactFlow
) -> None:
    numbers.attach_flow(claimed, inbound)
    released_at = clock.now()

    with time_machine.travel(released_at, tick=False):
        numbers.release_number(claimed)
    resting = PoolNumber.objects.get()

    assert (resting.e164, resting.country) == ("+12065550101", "US")
    with time_machine.travel(released_at + MONTH - timedelta(seconds=1), tick=False):
        assert not free_numbers(now=clock.now()).exists()
        with pytest.raises(NumberResting):
            numbers.claim_from_pool(instance=scope, number=resting)
    with time_machine.travel(released_at + MONTH, tick=False):
        assert free_numbers(now=clock.now()).get() == resting
        assert numbers.claim_from_pool(instance=scope, number=resting).flow is None


def test_a_number_that_a_queue_shows_is_kept_and_the_queue_is_named(
    scope: Instance, claimed: PhoneNumber
) -> None:
    change_queue(Queue.objects.get(name="BasicQueue"), outbound_number=claimed)

    with pytest.raises(NumberInUse, match="1 queue: BasicQueue"):
        numbers.release_number(claimed)

    assert PhoneNumber.objects.get() == claimed
    assert not PoolNumber.objects.exists()


def test_a_number_is_released_once(claimed: PhoneNumber) -> None:
    numbers.release_number(claimed)

    with pytest.raises(NotFound):
        numbers.release_number(claimed)
    with pytest.raises(NotFound):
        numbers.describe(claimed, "Gone")


def test_the_installation_takes_a_number_out_of_the_pool_when_it_claims_it_directly(
    scope: Instance,
) -> None:
    in_pool("+12065550101")

    numbers.claim_number(instance=scope, e164="206 555 0101")

    assert not PoolNumber.objects.exists()
