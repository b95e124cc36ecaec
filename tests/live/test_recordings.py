"""A recording in a browser, sent by the product itself: found, played, downloaded."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.contact_samples import SECONDS
from tests.browser.tones import webm
from tests.live.server import PASSWORD, LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def contact(server: LiveServer) -> str:
    planted = server.run("shell", "-v", "0", "-c", "from tests.live.planting import plant; plant()")
    assert planted.returncode == 0, planted.stderr
    return planted.stdout.split()[-1]


@pytest.fixture
def manager(server: LiveServer, callers_browser: Browser) -> Iterator[Page]:
    """Ada, signed in, at the contact search."""
    context = callers_browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"{server.url}/demo/contacts")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Contact search")).to_be_visible()
    yield page
    context.close()


def _open(manager: Page) -> None:
    manager.get_by_label("Number").fill("+44 20 7183 8750")
    manager.get_by_role("button", name="Search").click()
    row = manager.get_by_role("row", name="+44 20 7183 8750")
    expect(row.get_by_role("cell", name="Recorded")).to_be_visible()
    row.get_by_role("link").click()
    expect(manager.get_by_role("button", name="Play")).to_be_visible()


def _plays_on_from(page: Page, place: float) -> None:
    slider = page.get_by_role("slider", name="Time")
    for _ in range(400):
        if place + 0.2 < float(slider.input_value()) < place + 6:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"It does not play from {place}; it is at {slider.input_value()}.")


def test_a_recording_is_found_and_played_from_the_middle_and_that_is_written_down_s_15(
    manager: Page, contact: str
) -> None:
    _open(manager)
    assert manager.url.endswith(f"/demo/contacts/{contact}")
    expect(manager.get_by_text("Recording played")).to_have_count(0)

    manager.locator(".lanes").click()
    manager.get_by_role("button", name="Play").click()
    _plays_on_from(manager, SECONDS / 2)
    manager.keyboard.press("Space")
    expect(manager.get_by_role("button", name="Play")).to_be_visible()

    manager.reload()
    expect(manager.get_by_text("Recording played")).to_have_count(1)


def test_a_recording_is_downloaded_whole(manager: Page, contact: str) -> None:
    _open(manager)
    with manager.expect_download() as begun:
        manager.get_by_role("link", name="Download recording").click()
    assert begun.value.path().read_bytes() == webm(SECONDS)
    assert re.search(r"\.webm$", begun.value.suggested_filename)
