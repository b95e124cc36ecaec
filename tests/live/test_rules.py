"""What callers and agents are told when a call cannot be, in real browsers."""

import sqlite3

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.live.browsers import AgentPage, CallerPage, launch
from tests.live.server import LiveServer

pytestmark = pytest.mark.browser

# Another ana, at the other instance, made by the product's own services.
NAMESAKE = """
from apps.agents.services.people import create_agent
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.routing.models import RoutingProfile
from apps.security_profiles.models import SecurityProfile
from apps.users.services import create_user
other = Instance.objects.get(alias="other")
with instance_scope(other):
    agent = SecurityProfile.objects.get(name="Agent")
    ana = create_user(
        instance=other, username="ana", password="Other-Pass-2", profiles=[agent]
    )
    create_agent(user=ana, routing_profile=RoutingProfile.objects.get())
"""
AVAILABLE_SINCE = (
    "select available_since from agents_agent join users_user on users_user.id = user_id "
    "join instances_instance on instances_instance.id = users_user.instance_id "
    "where username = ? and alias = 'demo'"
)


def test_with_no_agent_the_caller_hears_the_queue(caller: CallerPage) -> None:
    caller.call()

    caller.wait_for_sound()
    expect(caller.page.get_by_role("button", name="Hang up")).to_be_visible()
    caller.hang_up()
    expect(caller.page.get_by_role("button", name="Call", exact=True)).to_be_visible()


def test_without_a_microphone_nobody_becomes_available(
    server: LiveServer, playwright: Playwright
) -> None:
    """The panel says what to do, and routing never sees the agent (SR-044)."""
    browser = launch(playwright, voice=None, is_granted=False)
    agent = AgentPage(browser, server.url)
    agent.sign_in("bob")
    agent.page.wait_for_url("**/demo/ccp-v2/")

    expect(agent.page.get_by_text("microphone").first).to_be_visible()
    refusal = agent.page.locator("#assertive")
    refusal.evaluate("region => (region.textContent = '')")
    agent.choose("Available")

    expect(refusal).to_contain_text("microphone")
    expect(agent.page.get_by_text("Ready for contacts")).to_have_count(0)
    with sqlite3.connect(server.data / "connect.sqlite3") as database:
        assert database.execute(AVAILABLE_SINCE, ("bob",)).fetchall() == [(None,)]
    browser.close()


def test_another_instance_refuses_a_user_of_this_one_sr_013(
    server: LiveServer, agents_browser: Browser
) -> None:
    stranger = AgentPage(agents_browser, server.url)

    stranger.sign_in("ana", instance="other")

    stranger.sees("The user name or the password is not right.")
    stranger.close()


def test_a_deep_link_leads_through_sign_in_and_back_sr_015(
    server: LiveServer, agents_browser: Browser
) -> None:
    agent = AgentPage(agents_browser, server.url)
    agent.page.goto(f"{server.url}/demo/ccp-v2/")
    agent.page.get_by_label("User name").fill("ana")
    agent.page.get_by_label("Password", exact=True).fill("Demo-Test-1")

    agent.page.get_by_role("button", name="Sign in").click()

    agent.page.wait_for_url("**/demo/ccp-v2/")
    agent.close()


def test_a_second_browser_profile_shows_the_same_settings_sr_003(
    server: LiveServer, agents_browser: Browser
) -> None:
    first, second = (AgentPage(agents_browser, server.url) for _ in range(2))
    first.sign_in("bob")
    first.page.wait_for_url("**/demo/ccp-v2/")
    first.sees("You are offline")
    first.press("Settings")
    first.page.get_by_label("Theme").select_option("dark")
    first.press("Save")

    second.sign_in("bob")
    second.page.wait_for_url("**/demo/ccp-v2/")

    expect(second.page.locator("html")).to_have_attribute("data-theme", "dark")
    first.close()
    second.close()


def test_a_manager_without_the_panel_is_told_which_permission_is_missing_sr_017(
    server: LiveServer, agents_browser: Browser
) -> None:
    manager = AgentPage(agents_browser, server.url)
    manager.sign_in("max")
    manager.page.wait_for_url("**/demo/admin/routing/queue/")  # the first of their pages

    manager.page.goto(f"{server.url}/demo/ccp-v2/")

    manager.sees("BasicAgentAccess")
    expect(manager.page.get_by_role("link", name="Contact Control Panel")).to_have_count(0)
    manager.close()


def test_the_phone_icon_stands_at_the_top_right_of_every_page_and_opens_the_panel_sr_016(
    server: LiveServer, agents_browser: Browser
) -> None:
    agent = AgentPage(agents_browser, server.url, width=1280, height=800)
    agent.sign_in("ana")
    agent.page.wait_for_url("**/demo/ccp-v2/")
    for path in ("/", "/demo/help/", "/demo/help/calls", "/demo/call"):
        agent.page.goto(server.url + path)

        icon = agent.page.get_by_role("link", name="Contact Control Panel", exact=True)
        place = icon.bounding_box()

        assert place is not None, path
        assert place["x"] + place["width"] > 1280 - 40, path
        assert place["y"] < 40, path
        icon.click()
        agent.page.wait_for_url("**/demo/ccp-v2/")
    agent.close()


def test_an_unknown_number_is_told_in_words(caller: CallerPage) -> None:
    """The page calls its instance's number; a number that is not in service is refused."""
    caller.page.locator("[data-call]").evaluate("page => page.dataset.number = '+12065550199'")

    caller.call()

    expect(caller.page.get_by_text("This number is not in service").first).to_be_visible()


def test_the_same_user_name_lives_in_two_instances_each_with_its_own_password_sr_013(
    server: LiveServer, agents_browser: Browser
) -> None:
    made = server.run("shell", "-c", NAMESAKE)
    assert made.returncode == 0, made.stderr
    namesake = AgentPage(agents_browser, server.url)

    namesake.sign_in("ana", instance="other")
    namesake.sees("The user name or the password is not right.")
    namesake.sign_in("ana", instance="other", password="Other-Pass-2")

    namesake.page.wait_for_url("**/other/ccp-v2/")
    namesake.close()
