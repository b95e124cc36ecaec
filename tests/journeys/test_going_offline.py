"""Offline ends the agent's session, chosen or after too long without a panel (SR-069 to 071)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.agents.models import Agent, AgentStatusChange, Panel
from apps.agents.services.panels import PanelFacts
from apps.agents.services.statuses import create_status
from apps.contacts.models import Contact
from apps.contacts.services import availability
from apps.core import clock
from apps.instances.services.instances import update_instance
from apps.users.models import SignIn
from tests.journeys.house import PROCESS, House
from tests.people import user_with
from tests.rest import DEMO, signed_in

pytestmark = pytest.mark.journey

MINUTE = timedelta(minutes=1).total_seconds()


def at_work(house: House, client: Client, agent: Agent) -> None:
    """A panel of the client's session, and Available."""
    facts = PanelFacts(uuid4(), PROCESS, client.session.session_key or "", is_ready=True, error="")
    availability.panel_opened(agent_id=agent.pk, facts=facts)
    house.choose(agent, "ROUTABLE")


def is_open(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def leave(agent: Agent) -> None:
    """All tabs are closed, as by a browser that is killed."""
    for panel in Panel.objects.filter(agent=agent):
        availability.panel_closed(agent_id=agent.pk, socket=panel.socket)


@pytest.fixture
def ana(house: House) -> Agent:
    return house.agent("ana")


@pytest.fixture
def browser(house: House, ana: Agent) -> Client:
    client = signed_in(ana.user)
    at_work(house, client, ana)
    return client


def test_offline_ends_the_session_of_the_panel_sr_069(
    house: House, ana: Agent, browser: Client
) -> None:
    """SR-069: out of routing, and the next request is not signed in."""
    house.choose(ana, "OFFLINE")

    assert not is_open(browser)
    house.queued()
    assert house.route() == 0
    sign_in = SignIn.objects.get(user=ana.user)
    assert (sign_in.end, sign_in.ended_at) == ("OFFLINE", clock.now())


def test_offline_leaves_sessions_without_a_panel_alone_sr_069(
    house: House, ana: Agent, browser: Client
) -> None:
    """An administrator's other browser goes on with what it does."""
    other = signed_in(ana.user)

    house.choose(ana, "OFFLINE")

    assert (is_open(browser), is_open(other)) == (False, True)


def test_offline_chosen_in_a_call_logs_out_after_the_work_sr_070(
    house: House, ana: Agent, browser: Client
) -> None:
    """SR-070: nobody is cut off; no new call meanwhile."""
    customer, _own = house.talking(ana)
    house.queued()

    house.choose(ana, "OFFLINE")

    assert (house.state(ana), is_open(browser)) == ("connected", True)
    house.command(ana, "contact.end", customer.contact)
    assert (house.state(ana), is_open(browser)) == ("acw", True)
    assert house.route() == 0
    house.command(ana, "contact.clear", customer.contact)
    assert (house.state(ana), is_open(browser)) == ("offline", False)


def test_offline_chosen_in_after_contact_work_logs_out_at_once_sr_070(
    house: House, ana: Agent, browser: Client
) -> None:
    customer, _own = house.talking(ana)
    house.command(ana, "contact.end", customer.contact)

    house.choose(ana, "OFFLINE")

    assert (house.state(ana), is_open(browser)) == ("offline", False)
    assert Contact.objects.get().state == "completed"


def test_an_instance_may_let_the_offline_stay_signed_in_sr_069(
    house: House, ana: Agent, browser: Client
) -> None:
    """SR-069: a setting of the instance."""
    update_instance(house.instance, offline_logs_out=False)

    house.choose(ana, "OFFLINE")

    assert (house.state(ana), is_open(browser)) == ("offline", True)
    house.queued()
    assert house.route() == 0


def test_an_agent_without_a_panel_is_offline_after_the_instances_time_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    """R-20, SR-071: not routable at once, offline by policy, and the history says why."""
    leave(ana)
    house.queued()
    assert house.route() == 0

    house.skip(10 * MINUTE - 1)
    assert house.state(ana) == "available"
    house.wait(1)

    assert house.state(ana) == "offline"
    newest = AgentStatusChange.objects.get(agent=ana, ended_at=None)
    assert (newest.status.kind, newest.cause) == ("OFFLINE", "NO_PANEL")


def test_a_panel_that_comes_back_in_time_keeps_the_status_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    leave(ana)
    house.skip(10 * MINUTE - 1)

    house.open_panel(ana)

    house.skip(20 * MINUTE)
    assert house.state(ana) == "available"


def test_one_of_two_tabs_is_enough_to_be_there_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    house.open_panel(ana)
    first = Panel.objects.filter(agent=ana).order_by("pk").first()
    assert first is not None

    availability.panel_closed(agent_id=ana.pk, socket=first.socket)

    house.skip(20 * MINUTE)
    assert house.state(ana) == "available"


def test_the_policy_cuts_no_talk_off_r_20(house: House, ana: Agent, browser: Client) -> None:
    """A talk without a panel ends by its own rules; then the status follows, and says why."""
    update_instance(house.instance, gone_offline_minutes=1)
    customer, _own = house.talking(ana)
    leave(ana)

    house.skip(2 * MINUTE)

    assert house.state(ana) == "connected"
    house.command(ana, "contact.end", customer.contact)
    house.skip(MINUTE)
    assert house.state(ana) == "offline"
    newest = AgentStatusChange.objects.get(agent=ana, ended_at=None)
    assert newest.cause == "NO_PANEL"


def test_the_policy_clears_the_call_that_an_absent_agent_misses_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    """R-21: it rang as the tab was closed, and nobody is there to clear it."""
    update_instance(house.instance, gone_offline_minutes=1)
    house.reach("ringing", ana)
    leave(ana)
    house.skip(house.instance.ring_seconds)
    assert house.state(ana) == "missed"

    house.skip(MINUTE)

    assert house.state(ana) == "offline"


def test_the_policy_ends_after_contact_work_that_nobody_does_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    customer, _own = house.talking(ana)
    house.command(ana, "contact.end", customer.contact)
    leave(ana)

    house.skip(10 * MINUTE)

    assert house.state(ana) == "offline"
    assert Contact.objects.get().state == "completed"


def test_an_instance_may_switch_the_policy_off_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    update_instance(house.instance, gone_offline_minutes=0)
    leave(ana)

    house.skip(60 * MINUTE)

    assert house.state(ana) == "available"


@pytest.mark.parametrize(("before", "after"), [(0, 10), (10, 5), (5, 10)])
def test_a_changed_policy_counts_anew_for_those_who_are_gone_r_20(
    house: House, ana: Agent, browser: Client, before: int, after: int
) -> None:
    """R-20: nobody is left Available for ever, or judged by a time that is in force no more."""
    update_instance(house.instance, gone_offline_minutes=before)
    leave(ana)
    house.skip(4 * MINUTE)

    update_instance(house.instance, gone_offline_minutes=after)

    house.skip(after * MINUTE - 1)
    assert house.state(ana) == "available"
    house.wait(1)
    assert house.state(ana) == "offline"


def test_a_policy_switched_off_counts_for_those_who_are_gone_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    leave(ana)
    house.skip(9 * MINUTE)

    update_instance(house.instance, gone_offline_minutes=0)

    house.skip(60 * MINUTE)
    assert house.state(ana) == "available"


def test_a_changed_policy_is_about_those_who_are_gone_only_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    """Who has a panel, or is offline already, has nothing to wait for."""
    update_instance(house.instance, gone_offline_minutes=5)

    assert not Agent.objects.filter(offline_due_at__isnull=False).exists()
    house.skip(60 * MINUTE)
    assert house.state(ana) == "available"


def test_another_setting_of_the_instance_gives_nobody_more_time_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    leave(ana)
    house.skip(9 * MINUTE)

    update_instance(house.instance, ring_seconds=30, gone_offline_minutes=10)

    house.skip(MINUTE)
    assert house.state(ana) == "offline"


def test_a_status_chosen_without_a_panel_lasts_as_long_as_the_policy_lets_it_r_20(
    house: House, ana: Agent
) -> None:
    """R-20: chosen in REST by somebody who never opened a panel."""
    lunch = create_status(instance=house.instance, name="Lunch")
    address = f"{DEMO}/agents/me/status"
    body = {"status": str(lunch.public_id)}
    assert signed_in(ana.user).put(address, body, "application/json").status_code == 200

    house.skip(10 * MINUTE - 1)
    assert house.state(ana) == "away"
    house.wait(1)

    assert house.state(ana) == "offline"
    newest = AgentStatusChange.objects.get(agent=ana, ended_at=None)
    assert newest.cause == "NO_PANEL"


def test_time_in_which_nobody_looked_is_not_time_away_r_20(
    house: House, ana: Agent, browser: Client
) -> None:
    """A stopped database makes nobody offline: a panel could not have come back."""
    leave(ana)
    house.sweep()
    house.time.shift(20 * MINUTE)  # unlike `skip`: control was away

    house.sweep()

    assert house.state(ana) == "available"
    house.skip(10 * MINUTE)
    assert house.state(ana) == "offline"


def test_the_history_of_a_status_is_read_without_gaps_in_rest_sr_008(
    house: House, ana: Agent, browser: Client
) -> None:
    house.wait(60)
    house.choose(ana, "OFFLINE")
    manager = signed_in(user_with(house.instance, "max", "CallCenterManager"))

    rows = manager.get(f"{DEMO}/agents/{ana.public_id}/status-history").json()["results"]

    assert [row["status"]["type"] for row in rows] == ["OFFLINE", "ROUTABLE", "OFFLINE"]
    assert [row["started_at"] for row in rows[:-1]] == [row["ended_at"] for row in rows[1:]]
    assert (rows[0]["ended_at"], rows[0]["cause"]) == (None, "CHOSEN")


def test_sign_ins_are_read_in_rest(house: House, ana: Agent, browser: Client) -> None:
    house.wait(60)
    house.choose(ana, "OFFLINE")
    manager = signed_in(user_with(house.instance, "max", "CallCenterManager"))

    (row,) = manager.get(f"{DEMO}/users/{ana.user.public_id}/sign-ins").json()["results"]

    assert (row["end"], row["started_at"] < row["ended_at"]) == ("OFFLINE", True)


@pytest.mark.parametrize("path", ["agents/{agent}/status-history", "users/{user}/sign-ins"])
def test_histories_need_the_permission_to_see_metrics(house: House, ana: Agent, path: str) -> None:
    address = path.format(agent=ana.public_id, user=ana.user.public_id)

    assert signed_in(ana.user).get(f"{DEMO}/{address}").status_code == 403
    manager = signed_in(user_with(house.instance, "max", "CallCenterManager"))
    unknown = path.format(agent=uuid4(), user=uuid4())
    assert manager.get(f"{DEMO}/{unknown}").status_code == 404


@pytest.mark.parametrize("path", ["agents/{agent}/status-history", "users/{user}/sign-ins"])
def test_a_longer_history_costs_no_more_statements(
    house: House,
    ana: Agent,
    browser: Client,
    path: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Session, user, instance, whose history it is, and the history."""
    manager = signed_in(user_with(house.instance, "max", "CallCenterManager"))
    address = f"{DEMO}/{path.format(agent=ana.public_id, user=ana.user.public_id)}"
    manager.get(address)

    for _ in range(2):
        with django_assert_num_queries(5):
            manager.get(address)
        house.wait(2)
        house.choose(ana, "OFFLINE")
        at_work(house, signed_in(ana.user), ana)
