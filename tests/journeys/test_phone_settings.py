"""How an agent is reached counts from the next decision on, and open panels show it (SR-050)."""

from dataclasses import replace

import pytest

from apps.agents.models import Agent
from apps.agents.services.settings import SOFTPHONE, set_phone_settings
from tests.journeys.house import House

pytestmark = pytest.mark.journey

DESK_PHONE = replace(
    SOFTPHONE, phone_type=Agent.PhoneType.DESK_PHONE, desk_phone_number="+12065550177"
)


@pytest.fixture
def ana(house: House) -> Agent:
    ana = house.agent("ana")
    house.available(ana)
    return house.agent("ana")


def test_the_next_call_is_accepted_by_itself(house: House, ana: Agent) -> None:
    before = ana.snapshot_sequence
    set_phone_settings(ana, replace(SOFTPHONE, auto_accept=True))
    house.queued()

    house.route()

    assert Agent.objects.get(pk=ana.pk).snapshot_sequence > before
    assert house.state(ana) == "connecting"


def test_the_limit_of_after_call_work_is_that_of_the_next_call(house: House, ana: Agent) -> None:
    set_phone_settings(ana, replace(SOFTPHONE, acw_seconds=30))
    customer, _own = house.talking(ana)

    house.command(ana, "contact.end", customer.contact)
    assert house.state(ana) == "acw"
    house.wait(31)

    assert house.state(ana) == "available"


def test_who_has_a_desk_phone_answers_in_the_panel_until_it_can_be_called(
    house: House, ana: Agent
) -> None:
    """Without Accept, every call of theirs would be missed."""
    set_phone_settings(ana, DESK_PHONE)
    contact = house.reach("ringing", ana).contact

    assert "contact.accept" in house.panel(ana)["permitted"]
    house.command(ana, "contact.accept", contact)
    assert house.state(ana) == "connecting"


def test_the_panel_shows_what_an_administrator_set_and_locked_sr_050(
    house: House, ana: Agent
) -> None:
    set_phone_settings(ana, replace(DESK_PHONE, is_locked=True))

    shown = house.panel(ana)["phone"]

    assert shown == {"type": "DESK_PHONE", "number": "+1 206-555-0177", "isLocked": True}
