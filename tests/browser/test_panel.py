"""The panel in a browser, with a socket of the test's own behind it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.panel_driver import (
    BLOCKED,
    BROWSER,
    HELD_BACK,
    FakeServer,
    Preview,
    serve_socket,
)
from tests.browser.samples import CONTACT, PANELS, ago, contact, panel, talk

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)

SERVERS_CLOCK = "import('/static/connect/js/lib/ticker.js').then((it) => it.serverInstant())"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Preview() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**BROWSER)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in the smallest panel; fails when the content policy was broken or a script failed."""
    page = browser.new_context(viewport={"width": 320, "height": 460}).new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "WebSocket" not in message.text:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.context.close()
    assert complaints == []


def _open(page: Page, address: str, state: dict[str, Any]) -> FakeServer:
    server = serve_socket(page, state)
    page.goto(f"{address}/demo/ccp-v2/")
    expect(page.get_by_role("button", name="Agent status")).to_be_visible()
    return server


def _heard(page: Page, server: FakeServer, name: str) -> dict[str, Any]:
    """The first command of that name; lets the browser work until it is there."""
    for _ in range(400):
        if commands := server.named(name):
            return commands[0]
        page.wait_for_timeout(50)
    raise AssertionError(f"The panel sent no {name}; it sent {server.heard}.")


@pytest.mark.parametrize("state", PANELS)
def test_no_state_scrolls_sideways_or_hides_a_button_in_the_smallest_panel(
    page: Page, address: str, state: str
) -> None:
    _open(page, address, PANELS[state])
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    for button in page.locator("[data-command]:visible, .tool:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= 460


def test_the_whole_keypad_fits_in_the_smallest_panel(page: Page, address: str) -> None:
    _open(page, address, PANELS["connected"])
    page.get_by_role("button", name="Keypad").click()
    body = page.locator(".call-body")
    assert body.evaluate("element => element.scrollHeight - element.clientHeight") == 0
    expect(page.get_by_role("button", name="Hash")).to_be_visible()


def test_buttons_keep_their_place_between_states(page: Page, address: str) -> None:
    server = _open(page, address, PANELS["connecting"])
    places = []
    for state in ("connecting", "connected", "hold"):
        server.show(PANELS[state])
        page.locator(f'[data-activity="{state}"]').wait_for()
        places.append(
            [tool.bounding_box() for tool in page.locator(".tool, [data-command]:visible").all()]
        )
    assert places[0] == places[1] == places[2]


def test_a_call_is_handled_by_keyboard_alone(page: Page, address: str) -> None:
    """SR-001, SR-073, SR-075, SR-076, SR-080, SR-009."""
    server = _open(page, address, PANELS["ready"])
    after = {
        "contact.accept": PANELS["connected"],
        "connection.mute": talk("connected", 250, muted=True),
        "connection.hold": PANELS["hold"],
        "connection.resume": PANELS["connected"],
        "contact.end": PANELS["acw"],
        "contact.clear": PANELS["ready"],
    }
    server.on_command = lambda command: after[command["name"]]
    server.show(PANELS["incoming"])
    expect(page.get_by_role("button", name="Accept call")).to_be_focused()
    for key, button in (
        ("a", "Hold"),
        ("m", "Unmute"),
        ("h", "Resume"),
        ("h", "Hold"),
        ("Shift+e", "Clear contact"),
        ("c", None),
    ):
        page.keyboard.press(key)
        if button:
            expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Ready for contacts")).to_be_visible()
    names = [message["name"] for message in server.heard if message["type"] == "command"]
    assert names == list(after)
    assert server.named("contact.accept")[0]["params"] == {"contact": CONTACT}


def test_single_keys_do_nothing_when_switched_off(page: Page, address: str) -> None:
    user = {**PANELS["incoming"]["user"], "shortcuts": False}
    server = _open(page, address, {**PANELS["incoming"], "user": user})
    page.keyboard.press("a")
    page.get_by_role("button", name="Reject").click()
    _heard(page, server, "contact.reject")
    assert server.named("contact.accept") == []


def test_the_incoming_call_is_shown_announced_and_put_into_the_title(
    page: Page, address: str
) -> None:
    """SR-028, SR-073: caller with a plus sign, queue and attributes before accepting."""
    server = _open(page, address, PANELS["ready"])
    server.show(PANELS["incoming"])
    expect(page.get_by_text("+1 206-555-0123", exact=True)).to_be_visible()
    expect(page.get_by_text("QX7-4418")).to_be_visible()
    announced = "Incoming call from +1 206-555-0123 for Changes and refunds."
    expect(page.locator("#assertive")).to_have_text(announced)
    expect(page).to_have_title(re.compile("Incoming call"))
    server.show(PANELS["ready"])
    expect(page).to_have_title(re.compile("Contact Control Panel"))


def test_nothing_moves_for_who_wants_less_motion(browser: Browser, address: str) -> None:
    page = browser.new_context(reduced_motion="reduce").new_page()
    _open(page, address, PANELS["incoming"])
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("document.getAnimations().length") == 1
    page.context.close()


def test_a_reject_reaches_the_server(page: Page, address: str) -> None:
    server = _open(page, address, PANELS["incoming"])
    page.get_by_role("button", name="Reject").click()
    assert _heard(page, server, "contact.reject")["params"] == {"contact": CONTACT}


def test_a_refused_command_is_said_in_the_servers_words(page: Page, address: str) -> None:
    server = _open(page, address, PANELS["connected"])
    sentence = "The caller has already hung up."
    server.refusals["connection.hold"] = {"code": "no_such_call", "message": sentence}
    page.get_by_role("button", name="Hold").click()
    expect(page.locator(".toast")).to_contain_text(sentence)
    expect(page.get_by_role("button", name="Hold")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="End call").click()
    _heard(page, server, "contact.end")


def test_what_is_not_permitted_says_why_and_sends_nothing(page: Page, address: str) -> None:
    server = _open(page, address, PANELS["connecting"])
    hold = page.get_by_role("button", name="Hold")
    expect(hold).to_have_attribute("aria-disabled", "true")
    hold.click(force=True)
    expect(page.locator(".toast")).to_contain_text("Not possible at this moment")
    assert server.named("connection.hold") == []


def test_a_status_is_chosen_by_keyboard(page: Page, address: str) -> None:
    server = _open(page, address, PANELS["ready"])
    page.get_by_role("button", name="Agent status").press("Enter")
    expect(page.get_by_role("menuitemradio", name="Available")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert _heard(page, server, "agent.set_status")["params"] == {"status": "s-lunch"}
    expect(page.get_by_role("menu")).to_be_hidden()


def test_a_blocked_microphone_is_explained_and_keeps_the_agent_from_becoming_available(
    page: Page, address: str
) -> None:
    page.add_init_script(BLOCKED)
    server = _open(page, address, PANELS["offline"])
    expect(page.locator("#main").get_by_text("The microphone is blocked.")).to_be_visible()
    told = [message["softphone"] for message in server.heard if message["type"] == "hello"]
    assert told[-1] == {"ready": False, "error": "microphone_not_shared"}
    page.get_by_role("button", name="Agent status").click()
    page.get_by_role("menuitemradio", name="Available").click()
    page.get_by_role("button", name="Agent status").click()
    page.get_by_role("menuitemradio", name="Lunch").click()
    assert _heard(page, server, "agent.set_status")["params"] == {"status": "s-lunch"}


def test_who_chooses_available_without_a_microphone_hears_why_each_time(
    page: Page, address: str
) -> None:
    """WCAG 4.1.3: the banner stands there already, so only the live region can tell."""
    page.add_init_script(BLOCKED)
    _open(page, address, PANELS["offline"])
    spoken = page.locator("#assertive")
    expect(spoken).to_contain_text("The microphone is blocked.")
    spoken.evaluate("region => (region.textContent = '')")
    page.get_by_role("button", name="Agent status").click()
    page.get_by_role("menuitemradio", name="Available").click()
    expect(spoken).to_contain_text("The microphone is blocked.")


def test_a_ring_that_the_browser_holds_back_is_told_and_heard_after_a_press(
    page: Page, address: str
) -> None:
    page.add_init_script(HELD_BACK)
    server = _open(page, address, PANELS["ready"])
    server.show(PANELS["incoming"])
    banner = page.locator("[data-part=sound-banner]")
    expect(banner).to_contain_text("The browser plays no sound until you press something here.")
    expect(page.locator("#polite")).to_contain_text("plays no sound")
    page.get_by_role("button", name="Turn on the sound").click()
    expect(banner).to_be_hidden()


def test_a_ring_that_nobody_ends_ends_by_itself(page: Page, address: str) -> None:
    """Long enough to be seen on a busy machine."""
    server = _open(page, address, PANELS["ready"])
    due = contact(ringDueAt=ago(-6))
    server.show({**PANELS["incoming"], "contact": due})
    icon = page.locator("link[data-favicon]")
    expect(icon).to_have_attribute("href", re.compile("ringing"))
    expect(icon).not_to_have_attribute("href", re.compile("ringing"), timeout=60_000)


def test_a_lost_connection_is_told_and_the_panel_comes_back_by_itself(
    page: Page, address: str
) -> None:
    """The call stays on the screen; on return the panel takes what the server shows."""
    server = _open(page, address, PANELS["connected"])
    page.route_web_socket("**/ws/**", lambda route: route.close(code=1011))
    server.close(1011)
    banner = page.locator("[data-part=link-banner]")
    expect(banner).to_contain_text("Connection lost.")
    expect(page.get_by_role("button", name="Hold")).to_have_attribute("aria-disabled", "true")
    serve_socket(page, PANELS["acw"])
    expect(page.get_by_role("heading", name="After call work")).to_be_visible()
    expect(banner).to_be_hidden()


def test_a_call_can_be_ended_without_the_server_which_is_told_when_it_is_back_r_04(
    page: Page, address: str
) -> None:
    """R-04: silent at once, said on the screen, and the command is repeated until answered."""
    leg = {"connection": "11111111-2222-4333-8444-555555555555", "generation": 1}
    server = _open(page, address, {**PANELS["connected"], "media": leg})
    page.route_web_socket("**/ws/**", lambda route: route.close(code=1011))
    server.close(1011)
    expect(page.locator("[data-part=link-banner]")).to_contain_text("Connection lost.")

    page.get_by_role("button", name="End call").click()

    expect(page.get_by_role("heading", name="Ending…")).to_be_visible()
    expect(page.get_by_text("when the server can be reached again")).to_be_visible()
    back_at = page.evaluate(SERVERS_CLOCK)
    back = serve_socket(page, {**PANELS["connected"], "media": leg})
    back.on_command = lambda _: PANELS["acw"]
    end = _heard(page, back, "contact.end")
    assert end["params"] == {"contact": CONTACT}
    assert end["said_at"] <= back_at  # when it was pressed, by the server's clock
    expect(page.get_by_role("heading", name="After call work")).to_be_visible()
    assert not [each for each in back.heard if each["type"] == "media.offer"]


def test_an_ended_session_offers_to_sign_in_and_does_not_try_again(
    page: Page, address: str
) -> None:
    server = _open(page, address, PANELS["ready"])
    server.close(4409)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_call_whose_session_has_ended_is_ended_in_the_page_itself(
    page: Page, address: str
) -> None:
    server = _open(page, address, PANELS["connected"])
    server.close(4409)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="End call").click()
    expect(page.get_by_role("heading", name="Call ended")).to_be_visible()
    expect(page.get_by_role("timer")).to_be_hidden()
    expect(page.locator("#assertive")).to_contain_text("The call has ended.")


def test_offline_leads_to_the_log_in_page_sr_069(page: Page, address: str) -> None:
    server = _open(page, address, PANELS["ready"])
    page.route("**/login**", lambda route: route.fulfill(body="<h1>Sign in</h1>"))
    server.close(4410)
    expect(page).to_have_url(re.compile(r"/login\?next=/demo/ccp-v2/&offline$"))


def test_the_audio_is_taken_back_from_another_window(page: Page, address: str) -> None:
    server = _open(page, address, PANELS["other-window"])
    server.on_command = lambda _: PANELS["ready"]
    page.get_by_role("button", name="Take audio here").click()
    expect(page.get_by_role("button", name="Take audio here")).to_be_hidden()
    assert len(server.named("panel.take_audio")) == 1


def test_settings_are_saved_by_the_server_and_devices_by_the_browser(
    page: Page, address: str
) -> None:
    """SR-003, SR-074."""
    server = _open(page, address, PANELS["ready"])
    server.on_command = lambda command: panel(user={**PANELS["ready"]["user"], "theme": "dark"})
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_role("heading", name="Settings")).to_be_focused()
    page.get_by_label("Theme").select_option("dark")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert server.named("settings.save")[0]["params"] == {"theme": "dark", "shortcuts": True}
    assert page.evaluate("Object.keys(localStorage)") == ["connect.devices"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Settings")).to_be_focused()


def test_the_phone_that_an_administrator_set_is_shown_and_cannot_be_changed_sr_050(
    page: Page, address: str
) -> None:
    phone = {"type": "DESK_PHONE", "number": "+44 20 7946 0018", "isLocked": True}
    _open(page, address, panel(phone=phone))
    page.get_by_role("button", name="Settings").click()

    desk_phone = page.get_by_role("radio", name="Desk phone +44 20 7946 0018")
    expect(desk_phone).to_be_checked()
    expect(desk_phone).to_be_disabled()
    expect(page.get_by_role("radio", name="Softphone")).to_be_disabled()
    expect(page.get_by_text("Locked by your administrator.")).to_be_visible()


def test_the_panel_of_a_reloaded_tab_is_the_same_and_of_another_tab_another(
    page: Page, address: str
) -> None:
    first = _open(page, address, PANELS["ready"])
    again = _open(page, address, PANELS["ready"])
    other_page = page.context.new_page()
    other = _open(other_page, address, PANELS["ready"])
    ids = [server.heard[0]["panel"] for server in (first, again, other)]
    assert ids[0] == ids[1] != ids[2]


def test_a_tab_that_hears_that_it_was_copied_is_another_panel_from_then_on(
    page: Page, address: str
) -> None:
    """Two tabs with one id would both ring, and take the audio from each other."""
    server = _open(page, address, PANELS["ready"])
    copied = {"type": "copied", "panel": server.heard[0]["panel"]}
    for _ in range(2):  # told again before the page has said hello: it is meant once
        server.reply(copied)
    server.on_command = lambda _: PANELS["away"]
    page.get_by_role("button", name="Agent status").click()
    page.get_by_role("menuitemradio", name="Lunch").click()
    _heard(page, server, "agent.set_status")
    again = _open(page, address, PANELS["ready"])

    first, *others = dict.fromkeys(m["panel"] for m in server.heard if m["type"] == "hello")
    assert others == [again.heard[0]["panel"]]
    assert first == copied["panel"]


def test_after_call_work_says_when_it_ends(page: Page, address: str) -> None:
    """SR-009: since when, and until when if it is limited."""
    call = contact(connectedAt=ago(300), acwDueAt=ago(-600))
    state = panel(activity="acw", since=ago(42), contact=call, permitted=["contact.clear"])
    _open(page, address, state)
    expect(page.get_by_text("Ends automatically in")).to_contain_text(
        re.compile(r"in (10:00|9:\d\d)")
    )
