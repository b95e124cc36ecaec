"""After a start: the calls of the process before are over, nobody is stuck (R-12)."""

import pytest

from apps.contacts.models import Call, Contact
from apps.contacts.services.recovery import end_calls_before
from apps.core import clock
from tests.journeys.house import MOMENTS, House

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_call_whose_process_died_is_over_r_12(house: House, moment: str) -> None:
    """R-12: a restart leaves no orphan: no live call, no agent with a call that nobody carries."""
    ana = house.agent("ana")
    house.available(ana)
    house.reach(moment, ana)
    house.wait(1)

    assert end_calls_before(clock.now(), node="embedded") == 1

    assert Call.objects.get().ended_at is not None
    assert Contact.objects.get().disconnect_reason == "TELECOM_PROBLEM"
    joined = moment in ("talking", "hold")
    assert house.state(ana) == ("acw" if joined else "available")


def test_calls_that_came_since_the_start_and_those_of_other_nodes_go_on(house: House) -> None:
    started = clock.now()
    house.wait(1)
    house.queued()

    assert end_calls_before(started, node="embedded") == 0
    assert end_calls_before(clock.now(), node="another") == 0
    assert Call.objects.get().ended_at is None
