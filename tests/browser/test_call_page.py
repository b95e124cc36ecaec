"""The caller's page on its way back to a call, with a server of the test's own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.comebacks import ASKING, OVER, RESUMED, SCENES, returning, serve_call
from tests.browser.panel_driver import BROWSER, Preview

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**BROWSER)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Preview() as address:
        yield f"{address}/demo/call"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": 320, "height": 460}).new_page()
    page.add_init_script(returning())
    yield page
    page.context.close()


@pytest.mark.parametrize("name", SCENES)
def test_no_state_of_a_page_that_comes_back_scrolls_sideways(
    page: Page, address: str, name: str
) -> None:
    page.add_init_script(SCENES[name].script)
    SCENES[name].play(page, address)

    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


def test_a_page_that_is_loaded_anew_comes_back_without_a_click_and_its_timer_goes_on_r_05(
    page: Page, address: str
) -> None:
    """R-05: with the ticket of its tab, and an offer for the generation the server names."""
    server = serve_call(page, {"resume": RESUMED})
    page.goto(address)

    expect(page.get_by_role("heading", name="Talking")).to_be_visible()
    expect(page.get_by_role("timer")).to_contain_text("4:")
    assert server.named("resume")[0]["token"] == "back"
    for _ in range(400):
        if offers := server.named("offer"):
            break
        page.wait_for_timeout(50)
    assert offers[0]["generation"] == 1


def test_a_hang_up_that_nobody_hears_is_said_again_when_the_server_is_back_r_04(
    page: Page, address: str
) -> None:
    """R-04: after a reload too, and the call is not taken up again meanwhile."""
    page.add_init_script(ASKING)
    server = serve_call(page, {"resume": RESUMED})
    page.goto(address)
    expect(page.get_by_role("heading", name="Talking")).to_be_visible()
    server.vanish(page)
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_role("heading", name="Ending…")).to_be_visible()

    back = serve_call(page, {"resume": RESUMED, "hang_up": {"type": "hung_up"}})
    reloaded_at = page.evaluate("new Date().toISOString()")
    page.reload()

    expect(page.get_by_text("You hung up.").first).to_be_visible()
    assert back.named("hang_up")[0]["said_at"] <= reloaded_at
    assert not back.named("offer")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_a_call_that_ended_meanwhile_leaves_a_page_that_can_call_again(
    page: Page, address: str
) -> None:
    serve_call(page, {"resume": OVER})
    page.goto(address)

    expect(page.get_by_text("The call ended while this page was away.").first).to_be_visible()
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_visible()
