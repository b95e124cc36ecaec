"""A queue is full at its maximum, or at the instance's call quota; promised contacts get 20 %."""

import pytest

from apps.routing.domain.capacity import Arrival, is_at_capacity, may_be_maximum, queue_limit

pytestmark = pytest.mark.domain

PROMISED = [Arrival.CALLBACK_DUE, Arrival.QUEUE_TRANSFER, Arrival.AGENT_TRANSFER]


def test_the_limit_is_the_queues_maximum_and_else_the_call_quota() -> None:
    assert queue_limit(4, is_agents_own=False, concurrent_calls=10) == 4
    assert queue_limit(None, is_agents_own=False, concurrent_calls=10) == 10
    assert queue_limit(0, is_agents_own=False, concurrent_calls=10) == 0


def test_an_agents_own_queue_holds_ten_whatever_the_call_quota() -> None:
    assert queue_limit(None, is_agents_own=True, concurrent_calls=500) == 10


@pytest.mark.parametrize(("waiting", "full"), [(9, False), (10, True), (11, True)])
def test_a_new_contact_is_refused_at_the_limit(waiting: int, full: bool) -> None:
    assert is_at_capacity(waiting, limit=10, arrival=Arrival.NEW) is full


@pytest.mark.parametrize("arrival", PROMISED)
@pytest.mark.parametrize(("waiting", "full"), [(10, False), (11, False), (12, True)])
def test_a_promised_contact_is_refused_one_fifth_above_the_limit(
    arrival: Arrival, waiting: int, full: bool
) -> None:
    assert is_at_capacity(waiting, limit=10, arrival=arrival) is full


@pytest.mark.parametrize("arrival", PROMISED)
def test_twenty_percent_of_a_small_limit_is_rounded_down(arrival: Arrival) -> None:
    assert is_at_capacity(4, limit=4, arrival=arrival)


@pytest.mark.parametrize(("maximum", "allowed"), [(0, False), (1, True), (9, True), (10, False)])
def test_a_maximum_leaves_one_call_of_the_quota(maximum: int, allowed: bool) -> None:
    assert may_be_maximum(maximum, concurrent_calls=10) is allowed
