"""Who may be called: the status chosen, work after the call, panels that come and go."""

from uuid import uuid4

import pytest

from apps.agents.models import Agent, AgentStatus, AgentStatusChange, Panel
from apps.agents.services import leases
from apps.agents.services.panels import PanelFacts
from apps.contacts.errors import NotInThisState, OfferGone, SoftphoneNotReady
from apps.contacts.models import Contact, Offer
from apps.contacts.services import availability, ending
from apps.core import clock
from tests.journeys.house import PROCESS, House

pytestmark = pytest.mark.journey


@pytest.fixture
def lunch(house: House) -> AgentStatus:
    return AgentStatus.objects.create(instance=house.instance, name="Lunch", kind="CUSTOM")


def choose(agent: Agent, status: AgentStatus) -> None:
    availability.set_status(agent_id=agent.pk, chosen=status)


def available_status() -> AgentStatus:
    return AgentStatus.objects.get(kind=AgentStatus.Kind.ROUTABLE)


def test_a_status_chosen_during_a_call_applies_when_the_work_is_cleared(
    house: House, lunch: AgentStatus
) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)

    choose(ana, lunch)

    assert house.state(ana) == "connected"
    assert house.panel(ana)["nextStatus"]["name"] == "Lunch"
    house.command(ana, "contact.end", customer.contact)
    assert house.state(ana) == "acw"
    house.command(ana, "contact.clear", customer.contact)
    assert house.state(ana) == "away"
    assert house.panel(ana)["nextStatus"] is None


def test_a_next_status_is_cancelled_by_choosing_available(house: House, lunch: AgentStatus) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    choose(ana, lunch)

    choose(ana, available_status())

    assert house.panel(ana)["nextStatus"] is None
    house.command(ana, "contact.end", customer.contact)
    house.command(ana, "contact.clear", customer.contact)
    assert house.state(ana) == "available"


@pytest.mark.parametrize("moment", ["talking", "ringing"])
def test_with_a_next_status_no_new_contact_is_offered(
    house: House, lunch: AgentStatus, moment: str
) -> None:
    """A withdrawn offer does not make the agent free either."""
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach(moment, ana)
    choose(ana, lunch)
    house.queued()

    ending.hang_up(contact=customer.contact)
    if moment == "talking":
        house.command(ana, "contact.clear", customer.contact)

    assert house.route() == 0
    assert house.state(ana) == "away"


@pytest.mark.parametrize("chosen", ["ROUTABLE", "OFFLINE"])
def test_choosing_a_status_ends_after_contact_work(house: House, chosen: str) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    house.command(ana, "contact.end", customer.contact)

    house.choose(ana, chosen)

    assert house.state(ana) == {"ROUTABLE": "available", "OFFLINE": "offline"}[chosen]
    assert Contact.objects.get().state == "completed"


@pytest.mark.parametrize("asked_for", ["in the talk", "in the work"])
def test_a_custom_status_ends_after_contact_work_and_applies(
    house: House, lunch: AgentStatus, asked_for: str
) -> None:
    """Chosen in the work it applies at once, and instead of one that is pending from the talk."""
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)
    if asked_for == "in the talk":
        house.choose(ana, "OFFLINE")
    house.command(ana, "contact.end", customer.contact)
    assert house.state(ana) == "acw"

    choose(ana, lunch)

    assert (house.state(ana), house.panel(ana)["statusName"]) == ("away", "Lunch")
    assert house.panel(ana)["nextStatus"] is None
    assert Contact.objects.get().state == "completed"
    house.queued()
    assert house.route() == 0


def test_a_pending_custom_status_applies_when_the_work_ends_by_itself(
    house: House, lunch: AgentStatus
) -> None:
    ana = house.agent("ana", acw_seconds=30)
    house.available(ana)
    customer, _own = house.talking(ana)
    choose(ana, lunch)
    house.command(ana, "contact.end", customer.contact)

    house.wait(29)
    assert house.state(ana) == "acw"
    house.wait(1)

    assert (house.state(ana), house.panel(ana)["nextStatus"]) == ("away", None)
    assert Contact.objects.get().state == "completed"


def test_each_change_of_status_is_captured_without_a_gap_sr_008(
    house: House, lunch: AgentStatus
) -> None:
    """SR-008: N changes, N intervals, each end the next one's start; SR-067 needs them."""
    ana = house.agent("ana")
    house.available(ana)
    house.wait(5)
    choose(ana, lunch)
    house.wait(3)
    choose(ana, lunch)
    house.choose(ana, "OFFLINE")

    rows = list(AgentStatusChange.objects.filter(agent=ana).order_by("id"))

    assert [row.status.name for row in rows] == ["Offline", "Available", "Lunch", "Offline"]
    assert [row.ended_at for row in rows[:-1]] == [row.started_at for row in rows[1:]]
    assert rows[1].ended_at is not None and rows[2].ended_at is not None
    assert (rows[2].ended_at - rows[2].started_at).total_seconds() == 3


def test_the_panel_shows_since_when_a_status_lasts_sr_067(house: House) -> None:
    """SR-067: how long each agent has been in the present status."""
    ana = house.agent("ana")
    house.available(ana)
    since = clock.now()
    house.wait(7)

    assert house.panel(ana)["since"] == clock.iso(since)


def test_after_contact_work_ends_by_itself_at_its_limit_r_25(house: House) -> None:
    """R-25, SR-111: the next offer comes at the end of the work and not before."""
    ana = house.agent("ana", acw_seconds=30)
    house.available(ana)
    customer, _own = house.talking(ana)
    house.command(ana, "contact.end", customer.contact)
    house.queued()

    house.wait(29)
    assert house.state(ana) == "acw"
    assert house.route() == 0
    house.wait(1)

    assert house.state(ana) == "incoming"
    first, second = Offer.objects.order_by("id")
    assert second.created_at >= (first.cleared_at or second.created_at)


def test_a_limit_of_zero_means_until_cleared_sr_009(house: House) -> None:
    """SR-009, SR-111: off the call but not yet finished."""
    ana = house.agent("ana", acw_seconds=0)
    house.available(ana)
    customer, _own = house.talking(ana)
    house.command(ana, "contact.end", customer.contact)
    house.queued()

    assert house.panel(ana)["contact"]["acwDueAt"] is None
    house.wait(100)
    assert house.state(ana) == "acw"


def test_a_gap_does_not_lengthen_after_contact_work(house: House) -> None:
    ana = house.agent("ana", acw_seconds=30)
    house.available(ana)
    customer, _own = house.talking(ana)
    house.command(ana, "contact.end", customer.contact)
    house.sweep()

    house.time.shift(40)
    house.sweep()

    assert house.state(ana) == "available"


def test_without_a_microphone_nobody_becomes_available(house: House) -> None:
    ana = house.agent("ana")
    house.open_panel(ana, is_ready=False, error="microphone_not_shared")

    with pytest.raises(SoftphoneNotReady):
        house.choose(ana, "ROUTABLE")

    assert house.state(ana) == "offline"


def test_a_microphone_taken_away_takes_the_agent_out_of_routing(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    house.open_panel(ana, is_ready=False, error="microphone_not_shared")
    customer = house.queued()

    assert house.route() == 0
    assert Contact.objects.get().state == "queued"
    assert "music" in house.node.heard_by(customer)

    house.open_panel(ana)
    assert house.route() == 1


def test_an_accept_without_a_microphone_is_refused_and_still_rings(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer = house.reach("ringing", ana)
    house.open_panel(ana, is_ready=False, error="microphone_not_shared")

    with pytest.raises(SoftphoneNotReady):
        house.command(ana, "contact.accept", customer.contact)

    assert house.state(ana) == "incoming"
    house.open_panel(ana)
    house.command(ana, "contact.accept", customer.contact)
    assert house.state(ana) == "connecting"


def test_a_closed_panel_is_out_of_routing_at_once_and_back_on_return_sr_006(house: House) -> None:
    """SR-006, R-20: without a panel no call can reach the agent."""
    ana = house.agent("ana")
    house.available(ana)
    availability.panel_closed(agent_id=ana.pk, socket=house.panels[ana.pk])
    house.queued()
    assert house.route() == 0

    house.open_panel(ana)

    assert house.route() == 1


def test_panels_of_a_lost_process_are_closed_within_15_seconds_r_20(house: House) -> None:
    """R-20: nobody closed the socket; the process stopped renewing its lease (12 s and a sweep)."""
    ana = house.agent("ana")
    house.available(ana)
    lost = PanelFacts(uuid4(), process="lost", session_key="", is_ready=True, error="")
    leases.renew_lease("lost", now=clock.now())
    availability.panel_closed(agent_id=ana.pk, socket=house.panels[ana.pk])
    availability.panel_opened(agent_id=ana.pk, facts=lost)

    house.wait(11)
    assert Panel.objects.count() == 1
    house.wait(4)

    assert Panel.objects.count() == 0
    house.queued()
    assert house.route() == 0


def test_after_a_gap_other_processes_get_time_to_renew_their_leases(house: House) -> None:
    """Decision 6: a stopped database does not make agents vanish."""
    ana = house.agent("ana")
    house.available(ana)
    other = PanelFacts(uuid4(), process="other", session_key="", is_ready=True, error="")
    leases.renew_lease("other", now=clock.now())
    availability.panel_opened(agent_id=ana.pk, facts=other)
    house.sweep()

    house.time.shift(60)
    house.sweep()
    assert Panel.objects.count() == 2
    leases.renew_lease("other", now=clock.now())
    house.wait(11)

    assert Panel.objects.count() == 2
    house.wait(4)
    assert list(Panel.objects.values_list("process", flat=True)) == [PROCESS]


def test_a_second_panel_takes_the_audio_and_gives_it_back(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    second = uuid4()
    facts = PanelFacts(second, PROCESS, session_key="", is_ready=True, error="", socket=second)
    availability.panel_opened(agent_id=ana.pk, facts=facts)
    assert Panel.objects.get(has_audio=True).key == house.panels[ana.pk]

    availability.audio_taken(agent_id=ana.pk, key=second)
    assert Panel.objects.get(has_audio=True).key == second

    availability.panel_closed(agent_id=ana.pk, socket=second)
    assert Panel.objects.get(has_audio=True).key == house.panels[ana.pk]


def test_audio_goes_to_a_tab_that_can_take_calls(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    for is_ready in (True, False):
        facts = PanelFacts(uuid4(), PROCESS, session_key="", is_ready=is_ready, error="")
        availability.panel_opened(agent_id=ana.pk, facts=facts)

    availability.panel_closed(agent_id=ana.pk, socket=house.panels[ana.pk])

    assert Panel.objects.get(has_audio=True).is_softphone_ready
    house.queued()
    assert house.route() == 1


def test_become_available_is_for_a_missed_call_only(house: House) -> None:
    ana = house.agent("ana")
    house.available(ana)
    customer, _own = house.talking(ana)

    with pytest.raises(NotInThisState):
        house.command(ana, "contact.become_available", customer.contact)
    with pytest.raises(OfferGone):
        house.command(ana, "contact.clear", customer.contact)

    assert house.state(ana) == "connected"


def test_a_tab_that_says_hello_anew_outlives_the_end_of_its_old_socket(
    house: House, ana: Agent
) -> None:
    """A reload: the new socket may be heard of before the old one's end is (SR-071)."""
    key, old, new = uuid4(), uuid4(), uuid4()
    for socket in (old, new):
        facts = PanelFacts(key, PROCESS, session_key="", is_ready=True, error="", socket=socket)
        availability.panel_opened(agent_id=ana.pk, facts=facts)

    availability.panel_closed(agent_id=ana.pk, socket=old)

    assert Panel.objects.get(agent=ana, key=key).has_audio
