"""Real browsers, a real server, two tones: who hears whom is told by the spectrum."""

import sqlite3

import pytest
from playwright.sync_api import expect

from tests.live.browsers import EAR, AgentPage, CallerPage, Ear
from tests.live.server import LiveServer
from tests.live.sound import AGENT_HZ, CALLER_HZ

pytestmark = pytest.mark.browser

MENU_NUMBER = "+12065550142"
MENU = f"""
from apps.flows.models import ContactFlow
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.numbers.services.numbers import claim_number
demo = Instance.objects.get(alias="demo")
with instance_scope(demo):
    menu = ContactFlow.objects.get(name="Sample inbound")
    claim_number(instance=demo, e164="{MENU_NUMBER}", flow=menu)
"""


def test_two_browsers_talk_hold_resume_and_end(caller: CallerPage, ana: AgentPage) -> None:
    """SR-001, SR-005, SR-009, SR-068, SR-073, SR-075, SR-076, SR-080."""
    caller.call(own_number="+12065550123")
    ana.offers("Accept call")
    ana.sees("+1 206-555-0123")
    ana.sees("BasicQueue")
    ana.press("Accept call")

    at_caller = caller.wait_for_tone(AGENT_HZ)
    at_agent = ana.wait_for_tone(CALLER_HZ)

    ana.press("Hold")
    caller.wait_for_other_than(AGENT_HZ, was=at_caller)
    ana.wait_for_silence_at(CALLER_HZ, was=at_agent)
    ana.press("Resume")
    caller.wait_for_tone(AGENT_HZ)

    ana.press("Mute")
    caller.wait_for_silence_at(AGENT_HZ, was=at_caller)
    ana.press("Unmute")
    caller.wait_for_tone(AGENT_HZ)

    ana.press("End call")
    expect(caller.page.get_by_role("button", name="Call", exact=True)).to_be_visible()
    ana.offers("Clear contact")
    ana.press("Clear contact")
    ana.sees("Ready for contacts")


def test_a_rejected_call_is_missed_and_the_caller_goes_on_waiting(
    caller: CallerPage, ana: AgentPage
) -> None:
    """Rejecting locks the agent until cleared; the caller still hears the queue."""
    caller.call()
    ana.press("Reject")

    ana.sees("Missed call")
    caller.wait_for_sound()
    expect(caller.page.get_by_role("button", name="Hang up")).to_be_visible()

    caller.hang_up()
    ana.press("Become available")
    ana.sees("Ready for contacts")


def test_a_call_that_nobody_answers_rings_out(caller: CallerPage, ana: AgentPage) -> None:
    """The ring time of the instance is 20 s; the wait here is generous."""
    caller.call()
    ana.offers("Accept call")

    ana.sees("Missed call")
    caller.hang_up()
    ana.press("Clear contact")
    ana.sees("Ready for contacts")


def test_a_caller_who_leaves_while_it_rings_is_withdrawn_and_nobody_is_locked_sr_081(
    caller: CallerPage, ana: AgentPage
) -> None:
    caller.call()
    ana.offers("Accept call")

    caller.hang_up()

    ana.sees("Ready for contacts")


def test_a_reloaded_panel_is_on_the_call_again(caller: CallerPage, ana: AgentPage) -> None:
    """The server knows the call; the page is only a view of it (SR-003)."""
    caller.call()
    ana.press("Accept call")
    caller.wait_for_tone(AGENT_HZ)

    ana.page.reload()

    ana.offers("End call")
    caller.wait_for_tone(AGENT_HZ)
    ana.wait_for_tone(CALLER_HZ)
    expect(caller.page.get_by_role("heading", name="Talking")).to_be_visible()
    ana.press("End call")
    ana.press("Clear contact")
    ana.sees("Ready for contacts")


def test_of_two_accepts_at_once_one_wins(caller: CallerPage, ana: AgentPage) -> None:
    """R-23: two tabs of one agent accept in the same moment; there is one call, in one of them."""
    second = ana.page.context.new_page()
    second.goto(ana.page.url)
    expect(second.get_by_role("button", name="Take audio here")).to_be_visible()
    caller.call()
    tabs = (ana.page, second)
    for tab in tabs:
        expect(tab.get_by_role("button", name="Accept call")).to_be_visible()

    for tab in tabs:  # neither click waits for what the other brings about
        tab.get_by_role("button", name="Accept call").evaluate(
            "button => setTimeout(() => button.click(), 200)"
        )

    caller.wait_for_tone(AGENT_HZ)
    ana.wait_for_tone(CALLER_HZ)
    for tab in tabs:
        expect(tab.get_by_role("button", name="End call")).to_be_visible()
    ana.press("End call")
    second.close()
    ana.press("Clear contact")
    ana.sees("Ready for contacts")


def test_the_second_tab_does_not_ring_until_it_takes_the_audio_sr_054(
    caller: CallerPage, ana: AgentPage
) -> None:
    """One account in two tabs: a call rings once, and its audio moves in mid-call (SR-054)."""
    second = ana.page.context.new_page()
    second.add_init_script(EAR)
    second.goto(ana.page.url)
    take = second.get_by_role("button", name="Take audio here")
    expect(take).to_be_visible()

    caller.call()
    ana.press("Accept call")
    at_caller = caller.wait_for_tone(AGENT_HZ)
    at_agent = ana.wait_for_tone(CALLER_HZ)
    take.click()

    Ear(second).wait_for_tone(CALLER_HZ)
    assert abs(caller.wait_for_tone(AGENT_HZ) - at_caller) < 20
    ana.wait_for_silence_at(CALLER_HZ, was=at_agent)
    ana.offers("Take audio here")
    ana.press("End call")
    second.close()
    ana.press("Clear contact")
    ana.sees("Ready for contacts")


def test_a_reloaded_call_page_is_on_the_call_again_r_05(caller: CallerPage, ana: AgentPage) -> None:
    """R-05: meanwhile the agent hears comfort, not an ended call."""
    caller.call()
    ana.press("Accept call")
    caller.wait_for_tone(AGENT_HZ)
    at_agent = ana.wait_for_tone(CALLER_HZ)

    caller.page.goto("about:blank")
    ana.wait_for_silence_at(CALLER_HZ, was=at_agent)
    ana.offers("End call")
    caller.page.go_back()

    expect(caller.page.get_by_role("heading", name="Talking")).to_be_visible()
    caller.wait_for_tone(AGENT_HZ)
    ana.wait_for_tone(CALLER_HZ)
    caller.page.get_by_role("button", name="Keypad").click()
    caller.page.get_by_role("button", name="5", exact=True).click()
    expect(caller.page.get_by_label("Digits sent")).to_have_text("5")
    caller.hang_up()
    expect(caller.page.get_by_text("You hung up.").first).to_be_visible()
    ana.press("Clear contact")
    ana.sees("Ready for contacts")


def test_on_another_network_both_pages_bring_a_new_line_r_05(
    caller: CallerPage, ana: AgentPage
) -> None:
    """R-05: the event by which a browser tells of another network; the call goes on."""
    caller.call()
    ana.press("Accept call")
    caller.wait_for_tone(AGENT_HZ)
    ana.wait_for_tone(CALLER_HZ)

    for page in (caller.page, ana.page):
        page.evaluate("window.dispatchEvent(new Event('online'))")

    for ear in (caller, ana):
        _until_on_a_new_line(ear)
    caller.wait_for_tone(AGENT_HZ)
    ana.wait_for_tone(CALLER_HZ)
    ana.press("End call")
    ana.press("Clear contact")
    ana.sees("Ready for contacts")


def test_a_key_pressed_in_a_browser_is_heard_by_the_flow(
    server: LiveServer, caller: CallerPage
) -> None:
    """The sample's menu: who presses 1 waits in the queue, who presses nothing never does."""
    made = server.run("shell", "-c", MENU)
    assert made.returncode == 0, made.stderr
    caller.page.locator("[data-call]").evaluate(f"page => page.dataset.number = '{MENU_NUMBER}'")
    caller.call()
    caller.page.get_by_role("button", name="Keypad").click()
    caller.wait_for_sound()

    caller.page.get_by_role("button", name="1", exact=True).click()

    _until_in_the_queue(server, caller)
    caller.hang_up()


def _until_in_the_queue(server: LiveServer, caller: CallerPage) -> None:
    chosen = "select queue_id from contacts_contact where system_number = ?"
    for _ in range(300):
        with sqlite3.connect(server.data / "connect.sqlite3") as database:
            ((queue,),) = database.execute(chosen, (MENU_NUMBER,)).fetchall()
        if queue is not None:
            return
        caller.page.wait_for_timeout(100)
    raise AssertionError("The flow heard nothing")


def _until_on_a_new_line(ear: Ear) -> None:
    """The last line is up, all former ones are closed."""
    for _ in range(600):
        *former, last = ear.page.evaluate("window.lines()")
        if former and last == "connected" and set(former) == {"closed"}:
            return
        ear.page.wait_for_timeout(100)
    raise AssertionError(f"The lines are {ear.page.evaluate('window.lines()')}")
