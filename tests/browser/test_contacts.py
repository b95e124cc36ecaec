"""The contact pages in a browser: the list, the page of a contact, the player of its recording."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from tests.browser.contact_samples import CONTACT, RECORDING, SECONDS, recording
from tests.browser.panel_driver import BROWSER, Preview
from tests.browser.tones import AGENT_HZ, CUSTOMER_HZ

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)

# What reaches the ears: one analyser for each side of whatever is led to the speakers.
EARS = """
(() => {
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to === this.context.destination) {
      const split = new ChannelSplitterNode(this.context, { numberOfOutputs: 2 });
      connect.call(this, split);
      window.ears = [0, 1].map((side) => {
        const ear = new AnalyserNode(this.context, { fftSize: 16384, smoothingTimeConstant: 0 });
        connect.call(split, ear, side);
        return ear;
      });
    }
    return connect.call(this, to, ...rest);
  };
})();
"""
# [left, right], each the loudest frequency in Hz, 0 for silence.
HEARD = """
() => (window.ears || []).map((ear) => {
  const bins = new Float32Array(ear.frequencyBinCount);
  ear.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(Math.max(...bins));
  return bins[loudest] < -60 ? 0 : Math.round(loudest * ear.context.sampleRate / ear.fftSize);
})
"""
# Seconds of the recording in a second of sound, over the next two.
SPEED = """
async () => {
  const slider = document.querySelector("[data-part=slider]");
  const next = async () => {
    const was = slider.value;
    while (slider.value === was) await new Promise((done) => setTimeout(done, 5));
    return [window.ears[0].context.currentTime, Number(slider.value)];
  };
  const [from, place] = await next();
  let to, reached;
  do { [to, reached] = await next(); } while (to - from < 2);
  return (reached - place) / (to - from);
}
"""


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
    """Fails when the content policy was broken or a script failed."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(EARS)
    yield page
    context.close()
    assert complaints == []


def _open(page: Page, address: str, *answers: dict[str, Any]) -> list[str]:
    """The page of a contact; each asking for the recording gets the next answer, then the last."""
    left = list(answers or (recording(),))
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        body = left.pop(0) if len(left) > 1 else left[0]
        route.fulfill(status=body.get("status", 200), json=body)

    page.route(f"**{RECORDING}", answer)
    page.goto(f"{address}/demo/contact")
    return asked


def _slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Time")


def _place(page: Page) -> float:
    return float(_slider(page).input_value())


def _stands(page: Page) -> bool:
    """The element tells its last place a moment after it was paused."""
    before = _place(page)
    page.wait_for_timeout(300)
    return _place(page) == before


def _until(page: Page, what: str, condition: Any) -> None:
    for _ in range(400):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Never came true: {what}")


def _plays_on_from(page: Page, place: float) -> None:
    _until(page, f"plays from {place}", lambda: place + 0.2 < _place(page) < place + 6)


def _hears(page: Page, left: int, right: int) -> None:
    """Each ear gets this tone, 0 for none."""

    def heard() -> bool:
        both = page.evaluate(HEARD)
        return len(both) == 2 and abs(both[0] - left) < 8 and abs(both[1] - right) < 8

    _until(page, f"{left} Hz left and {right} Hz right", heard)


@pytest.mark.parametrize(
    "path",
    [
        "contacts",
        "contacts-empty",
        "contacts-wrong",
        "contact",
        "contact-waiting",
        "contact-unrecorded",
        "help/contacts",
    ],
)
def test_no_page_scrolls_sideways(page: Page, address: str, path: str) -> None:
    page.route(f"**{RECORDING}", lambda route: route.fulfill(json=recording()))
    page.goto(f"{address}/demo/{path}")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (1280, 760, 400, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(overflow) == 0, width


@pytest.mark.parametrize("path", ["contacts", "contact"])
def test_whatever_can_be_pressed_is_large_enough(page: Page, address: str, path: str) -> None:
    """WCAG 2.2, 2.5.8: 24 pixels each way; links within a sentence or a cell are exempt."""
    page.route(f"**{RECORDING}", lambda route: route.fulfill(json=recording()))
    page.set_viewport_size({"width": 320, "height": 460})
    page.goto(f"{address}/demo/{path}")
    for target in page.locator(
        "button:visible, input:visible, select:visible, .button:visible"
    ).all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 24, target.evaluate("each => each.outerHTML")


def test_the_list_is_a_table_in_any_window_and_leads_to_the_contact(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/demo/contacts")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 700})
        expect(page.get_by_role("columnheader", name="Ended by")).to_have_count(1)
        row = page.get_by_role("row", name="+44 20 7183 8750")
        expect(row.get_by_role("cell", name="Ana García")).to_be_visible()
        link = row.get_by_role("link", name="22 Nov 2026 09:14")
        expect(link).to_have_attribute("href", f"/demo/contacts/{CONTACT}")
    expect(page.get_by_role("link", name="Older")).to_have_attribute("href", "?after=x")


def test_the_search_is_a_plain_form_that_works_without_scripts(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/demo/contacts")
    expect(page.get_by_label("From", exact=True)).to_be_hidden()
    page.get_by_label("Time").select_option("custom")
    expect(page.get_by_label("From", exact=True)).to_be_visible()
    page.get_by_label("Number").fill("+44 20 7183 8750")
    page.get_by_label("Longer than").press("Enter")
    page.wait_for_url(re.compile("number=%2B44\\+20\\+7183\\+8750"))
    assert "time=custom" in page.url
    context.close()


def test_what_cannot_be_read_is_said_above_and_at_the_field(page: Page, address: str) -> None:
    page.goto(f"{address}/demo/contacts-wrong")
    field = page.get_by_label("Longer than")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("such as 2:30"))
    page.get_by_role("alert").get_by_role("link", name=re.compile("colon")).click()
    expect(field).to_be_focused()


def test_the_line_of_time_is_told_in_words_too(page: Page, address: str) -> None:
    _open(page, address)
    stretches = page.get_by_role("region", name="Time line").get_by_role("listitem")
    assert [re.sub(r"\s+", " ", text).strip() for text in stretches.all_inner_texts()] == [
        *("Flow 0:08", "Queue 1:42", "Ring 0:09", "Talk 3:30", "Hold 0:38", "Talk 1:01"),
        "After call work 0:42",
    ]


def test_a_recording_plays_from_where_one_presses_on_its_waves(page: Page, address: str) -> None:
    """Seek to the middle: the rest of the file is fetched from there, by its index."""
    _open(page, address)
    lanes = page.locator(".lanes")
    box = lanes.bounding_box()
    assert box is not None
    lanes.click(position={"x": box["width"] / 2, "y": 40})
    assert _place(page) == pytest.approx(SECONDS / 2, abs=0.2)
    page.get_by_role("button", name="Play").click()
    _plays_on_from(page, SECONDS / 2)
    _hears(page, CUSTOMER_HZ, AGENT_HZ)
    page.get_by_role("button", name="Pause").click()
    _until(page, "the place stands", lambda: _stands(page))
    assert _stands(page)


def test_skips_lead_ten_seconds_back_and_forward(page: Page, address: str) -> None:
    _open(page, address)
    page.get_by_role("button", name="10 seconds forward").click()
    assert _place(page) == 10
    page.get_by_role("button", name="10 seconds forward").click()
    page.get_by_role("button", name="10 seconds forward").click()
    assert _place(page) == SECONDS
    page.get_by_role("button", name="10 seconds back").click()
    assert _place(page) == SECONDS - 10


def test_the_player_is_worked_by_keyboard_alone(page: Page, address: str) -> None:
    """Space plays and pauses, arrows go five seconds, and the slider speaks the time."""
    _open(page, address)
    slider = _slider(page)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "5 seconds of 24 seconds")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    _plays_on_from(page, 5)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.keyboard.press("End")
    assert _place(page) == SECONDS
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("Space")
    _plays_on_from(page, 0)


def test_fields_of_the_player_keep_their_own_keys(page: Page, address: str) -> None:
    _open(page, address)
    page.get_by_role("radio", name="Both").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Agent")).to_be_checked()
    page.get_by_label("Volume").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("Volume")).to_have_value("99")
    assert _place(page) == 0


def test_a_channel_alone_is_heard_in_both_ears(page: Page, address: str) -> None:
    _open(page, address)
    page.get_by_role("button", name="Play").click()
    _hears(page, CUSTOMER_HZ, AGENT_HZ)
    page.get_by_role("radio", name="Agent").check()
    _hears(page, AGENT_HZ, AGENT_HZ)
    page.get_by_role("radio", name="Customer").check()
    _hears(page, CUSTOMER_HZ, CUSTOMER_HZ)
    page.get_by_label("Volume").fill("0")
    _hears(page, 0, 0)


def test_twice_the_speed_is_twice_as_far(page: Page, address: str) -> None:
    """By the place, not the element's setting, and by the clock of what reaches the ears.

    The place is told a few times a second, later on a busy machine: one measure of three counts.
    """
    _open(page, address)
    page.get_by_label("Speed").select_option("2")
    page.get_by_role("button", name="Play").click()
    _plays_on_from(page, 0)
    assert any(1.8 < page.evaluate(SPEED) < 2.2 for _ in range(3))


def test_a_link_that_lapsed_before_playing_is_renewed_at_the_same_place(
    page: Page, address: str
) -> None:
    asked = _open(page, address, recording(url="/demo/recordings/lapsed"), recording())
    page.get_by_role("button", name="10 seconds forward").click()
    page.get_by_role("button", name="Play").click()
    _plays_on_from(page, 10)
    assert len(asked) == 2


def test_a_link_that_lapses_while_playing_is_renewed_and_the_sound_goes_on(
    page: Page, address: str
) -> None:
    asked = _open(page, address, recording(url="/demo/recordings/half"), recording())
    page.get_by_role("button", name="Play").click()
    _plays_on_from(page, 0)
    _slider(page).fill("18")
    _plays_on_from(page, 18)
    _hears(page, CUSTOMER_HZ, AGENT_HZ)
    assert len(asked) == 2


def test_a_recording_that_never_comes_is_said_and_can_be_tried_again(
    page: Page, address: str
) -> None:
    lapsed = [recording(url=f"/demo/recordings/lapsed?{n}") for n in range(3)]
    _open(page, address, *lapsed, recording())
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_text("The recording could not be loaded.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("The recording could not be loaded.")).to_be_hidden()
    page.get_by_role("button", name="Play").click()
    _plays_on_from(page, 0)


def test_a_recording_being_made_appears_by_itself(page: Page, address: str) -> None:
    _open(page, address, recording(state="stopped", url=None, download_url=None, peaks=None))
    expect(page.get_by_text("The recording is being prepared.")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    page.route(f"**{RECORDING}", lambda route: route.fulfill(json=recording()))
    expect(page.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (recording(state="failed", url=None), "The recording failed"),
        (recording(state="deleted", url=None, deleted_reason="asked to"), "was deleted: asked to"),
        ({"status": 403}, "You may not listen to recordings."),
        ({"status": 404}, "This contact was not recorded."),
        ({"status": 401}, "Your session has ended."),
        ({"status": 500}, "The recording could not be loaded."),
    ],
)
def test_a_recording_that_cannot_be_played_says_why(
    page: Page, address: str, answer: dict[str, Any], sentence: str
) -> None:
    _open(page, address, answer)
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    expect(page.get_by_role("link", name="Download recording")).to_be_hidden()


def test_a_partial_recording_says_that_it_ends_early_and_one_side_alone_has_one_lane(
    page: Page, address: str
) -> None:
    _open(page, address, recording(is_partial=True, participants=["agent"]))
    expect(page.get_by_text("it ends early")).to_be_visible()
    expect(page.get_by_text("Customer: not recorded")).to_be_visible()
    expect(page.get_by_role("radio", name="Customer")).to_be_disabled()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_holds_are_marked_where_they_were(page: Page, address: str) -> None:
    _open(page, address)
    mark, lanes = (page.locator(name).bounding_box() for name in (".player-hold", ".lanes"))
    assert mark is not None
    assert lanes is not None
    assert (mark["x"] - lanes["x"]) / lanes["width"] == pytest.approx(8 / SECONDS, abs=0.01)
    assert mark["width"] / lanes["width"] == pytest.approx(6 / SECONDS, abs=0.01)


def test_a_download_asks_for_a_fresh_link(page: Page, address: str) -> None:
    fresh = recording(download_url="/demo/recordings/fresh")
    asked = _open(page, address, recording(download_url="/demo/recordings/lapsed"), fresh)
    with page.expect_request("**/demo/recordings/fresh"):
        page.get_by_role("link", name="Download recording").click()
    assert len(asked) == 2


def test_nothing_is_fetched_of_a_recording_before_somebody_plays_it(
    page: Page, address: str
) -> None:
    """Playing is written down; looking at the page is not playing."""
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    _open(page, address)
    page.get_by_role("button", name="10 seconds forward").click()
    page.wait_for_timeout(300)
    assert not [url for url in fetched if "/recordings/" in url]
    page.get_by_role("button", name="Play").click()
    _plays_on_from(page, 10)
    assert [url for url in fetched if "/recordings/" in url]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_always_to_be_seen(browser: Browser, address: str, scheme: Any) -> None:
    """Every stop of the Tab key has an outline, of a style of its own or of what it stands for."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    _open(page, address)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    seen = """() => {
      const it = document.activeElement;
      const shown = it.matches("[type=radio]") ? it.nextElementSibling : it;
      return it === document.body ? "over" : getComputedStyle(shown).outlineStyle;
    }"""
    styles = []
    for _ in range(30):
        page.keyboard.press("Tab")
        styles.append(page.evaluate(seen))
        if styles[-1] == "over":
            break
    assert len(styles) > 10
    assert set(styles) <= {"solid", "over"}
    context.close()
