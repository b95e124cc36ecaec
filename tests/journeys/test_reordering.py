"""A flow moves a contact that waits already: effective with the next pass, asked for at once."""

from typing import Any

import pytest

from apps.contacts.models import Connection, Contact
from apps.routing.models import RoutingProfileQueue
from tests.domain.flows.bench import act
from tests.journeys.flows import answer_with, make_default, queued_with
from tests.journeys.house import House

pytestmark = pytest.mark.journey

HEAD_START = 20  # seconds for which the first has waited longer


def in_line(house: House, change: dict[str, str]) -> list[Connection]:
    """Two callers, the first for longer; the queue flow of each makes the change when told to."""
    flow = [
        act("Wait", "MessageParticipant", {"Text": "Please wait."}, to="Change"),
        act("Change", "UpdateContactRoutingBehavior", change, to="End"),
        act("End", "EndFlowExecution"),
    ]
    make_default(house, "CUSTOMER_QUEUE", flow)
    first = house.queued()
    house.time.shift(HEAD_START)
    return [first, house.queued()]


def taken(house: House) -> Contact:
    ana = house.agent("ana")
    house.available(ana)
    assert house.route() == 1
    return house.offer(ana).contact


def priority(value: int) -> dict[str, str]:
    return {"QueuePriority": str(value)}


def age(seconds: int) -> dict[str, str]:
    return {"QueueTimeAdjustmentSeconds": str(seconds)}


@pytest.mark.parametrize(
    ("who", "change", "next_one"),
    [
        (1, priority(4), 1),
        (1, priority(5), 0),
        (1, priority(6), 0),
        (0, priority(6), 1),
        (0, priority(2**63 - 1), 1),
        (0, priority(4), 0),
        (1, age(HEAD_START + 1), 1),
        (1, age(HEAD_START - 1), 0),
        (1, age(-HEAD_START - 1), 0),
        (0, age(-HEAD_START - 1), 1),
        (0, age(-HEAD_START + 1), 0),
        (0, age(HEAD_START + 1), 0),
    ],
)
def test_a_flow_moves_who_waits_and_the_next_pass_goes_by_it(
    house: House, wanted: list[Any], who: int, change: dict[str, str], next_one: int
) -> None:
    """A lower number and a greater age come first; nobody waits a minute for it to count."""
    callers = in_line(house, change)
    wanted.clear()

    house.node.played(callers[who])

    assert wanted == [{"instance": house.instance.pk}]
    assert taken(house) == callers[next_one].contact


def test_a_flow_that_makes_a_contact_older_does_not_lead_it_past_a_delay(house: House) -> None:
    """A delay is a minimum of real time in the queue."""
    RoutingProfileQueue.objects.update(delay_seconds=HEAD_START)
    first, second = in_line(house, age(3600))

    house.node.played(second)

    assert taken(house) == first.contact


@pytest.mark.parametrize("change", [priority(1), age(HEAD_START + 1)])
def test_what_a_flow_sets_before_the_queue_counts_in_it(
    house: House, change: dict[str, str]
) -> None:
    house.queued()
    house.time.shift(HEAD_START)
    answer_with(house, queued_with(change))

    second = house.call()

    assert taken(house) == second.contact
