"""Two panels of one agent: where the audio of a call is when one of them breaks off (SR-054)."""

from uuid import UUID, uuid4

import pytest

from apps.agents.models import Agent, Panel
from apps.contacts.errors import SoftphoneNotReady
from apps.contacts.services import availability
from tests.journeys.house import House

pytestmark = pytest.mark.journey

LOST = 30  # seconds that a lost agent is waited for


@pytest.fixture
def ana(house: House) -> Agent:
    ana = house.agent("ana")
    house.available(ana)
    return ana


@pytest.fixture
def second(house: House, ana: Agent) -> UUID:
    """A panel at another place, open beside the first one, which has the audio."""
    return house.open_panel(ana, key=uuid4())


def heard_in(agent: Agent) -> UUID | None:
    """The tab with the audio."""
    return Panel.objects.filter(agent=agent, has_audio=True).values_list("key", flat=True).first()


@pytest.mark.parametrize("moment", ["agent_whisper", "customer_whisper", "talking", "hold"])
def test_a_line_that_breaks_in_mid_call_moves_no_audio_and_finds_it_again(
    house: House, ana: Agent, second: UUID, moment: str
) -> None:
    """R-05: the audio does not pass through the socket, and another room does not hear the call."""
    first = house.panels[ana.pk]
    house.reach(moment, ana)

    house.close_panel(ana, first)

    assert heard_in(ana) is None
    house.open_panel(ana, key=first)
    assert heard_in(ana) == first


def test_no_window_that_opens_or_says_hello_anew_gets_the_audio_of_a_live_leg(
    house: House, ana: Agent, second: UUID
) -> None:
    house.reach("talking", ana)
    house.close_panel(ana, house.panels[ana.pk])

    house.open_panel(ana, key=second)
    house.open_panel(ana, key=uuid4())

    assert heard_in(ana) is None


def test_while_audio_is_kept_for_a_window_the_other_may_take_offline_back(
    house: House, ana: Agent, second: UUID
) -> None:
    """SR-068: no microphone is missing; who is to get the audio next has one."""
    house.reach("talking", ana)
    house.choose(ana, "OFFLINE")
    house.close_panel(ana, house.panels[ana.pk])
    assert heard_in(ana) is None

    house.open_panel(ana, key=second, is_ready=False)
    with pytest.raises(SoftphoneNotReady):
        house.choose(ana, "ROUTABLE")
    house.open_panel(ana, key=second)
    house.choose(ana, "ROUTABLE")

    assert house.panel(ana)["nextStatus"] is None


@pytest.mark.parametrize("is_lost_first", [True, False])
def test_audio_that_is_lost_with_its_window_goes_to_the_other_at_once(
    house: House, ana: Agent, second: UUID, is_lost_first: bool
) -> None:
    """A page that is closed says goodbye; one that died falls silent."""
    house.reach("talking", ana)
    first, line = house.panels[ana.pk], house.line(ana)

    if is_lost_first:
        house.node.lost(line)
    house.close_panel(ana, first)
    if not is_lost_first:
        house.node.lost(line)

    assert heard_in(ana) == second


def test_audio_that_is_lost_in_an_open_window_stays_there(
    house: House, ana: Agent, second: UUID
) -> None:
    """It builds its line anew."""
    house.reach("talking", ana)

    house.node.lost(house.line(ana))

    assert heard_in(ana) == house.panels[ana.pk]


def test_a_window_that_was_loaded_anew_gets_its_audio_back_r_05(
    house: House, ana: Agent, second: UUID
) -> None:
    first = house.panels[ana.pk]
    house.reach("talking", ana)
    house.node.lost(house.line(ana))
    house.close_panel(ana, first)
    house.wait(LOST - 2)

    house.open_panel(ana, key=first)

    assert heard_in(ana) == first


def test_after_the_time_for_a_lost_agent_the_audio_goes_to_the_other_window(
    house: House, ana: Agent, second: UUID
) -> None:
    first = house.panels[ana.pk]
    house.reach("talking", ana)
    house.close_panel(ana, first)

    house.wait(LOST - 1)
    assert heard_in(ana) is None
    house.wait(2)

    assert heard_in(ana) == second
    house.open_panel(ana, key=first)
    assert heard_in(ana) == second


def test_what_a_person_takes_stays_taken_when_the_other_window_is_back(
    house: House, ana: Agent, second: UUID
) -> None:
    first = house.panels[ana.pk]
    house.reach("talking", ana)
    house.close_panel(ana, first)

    availability.audio_taken(agent_id=ana.pk, key=second)
    house.open_panel(ana, key=first)

    assert heard_in(ana) == second


def test_when_the_call_ends_meanwhile_the_agent_is_reachable_in_the_other_window(
    house: House, ana: Agent, second: UUID
) -> None:
    customer = house.reach("talking", ana)
    house.close_panel(ana, house.panels[ana.pk])

    house.command(ana, "contact.end", customer.contact)
    assert heard_in(ana) == second
    house.command(ana, "contact.clear", customer.contact)

    house.queued()
    assert house.route() == 1
    house.open_panel(ana, key=house.panels[ana.pk])
    assert heard_in(ana) == second


@pytest.mark.parametrize("moment", ["ringing", "accepted"])
def test_before_the_audio_is_up_another_window_gets_it_at_once(
    house: House, ana: Agent, second: UUID, moment: str
) -> None:
    house.reach(moment, ana)

    house.close_panel(ana, house.panels[ana.pk])

    assert heard_in(ana) == second


def test_a_gap_of_control_takes_no_time_from_a_window_that_could_not_come_back(
    house: House, ana: Agent, second: UUID
) -> None:
    """Decision 6: the database stood still."""
    house.reach("talking", ana)
    house.sweep()
    house.close_panel(ana, house.panels[ana.pk])

    house.time.shift(60)
    house.sweep()
    house.wait(LOST - 2)
    assert heard_in(ana) is None
    house.wait(3)

    assert heard_in(ana) == second
