from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.live.browsers import PANEL, AgentPage, CallerPage, launch, write_tone
from tests.live.server import LiveServer
from tests.live.sound import AGENT_HZ, CALLER_HZ


@pytest.fixture(scope="package")
def server(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(tmp_path_factory.mktemp("live"), like=furnished) as server:
        yield server


# Not longer than this folder: its loop occupies the thread, and other tests need their own.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def callers_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    yield from _speaking(playwright, tmp_path_factory.mktemp("caller"), CALLER_HZ)


@pytest.fixture(scope="package")
def agents_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    yield from _speaking(playwright, tmp_path_factory.mktemp("agent"), AGENT_HZ)


def _speaking(playwright: Playwright, folder: Path, hertz: int) -> Iterator[Browser]:
    browser = launch(playwright, voice=write_tone(folder / "tone.wav", hertz))
    yield browser
    browser.close()


@pytest.fixture
def caller(server: LiveServer, callers_browser: Browser) -> Iterator[CallerPage]:
    page = CallerPage(callers_browser, server.url)
    yield page
    page.close()


@pytest.fixture
def ana(server: LiveServer, agents_browser: Browser) -> Iterator[AgentPage]:
    """Ana, signed in, panel open, Available; afterwards free of contacts and Offline."""
    page = AgentPage(agents_browser, server.url)
    page.sign_in("ana", to=PANEL)
    page.choose("Available")
    page.sees("Ready for contacts")
    yield page
    clear = page.page.get_by_role("button", name="Clear contact")
    if clear.count():
        clear.click()
        clear.wait_for(state="hidden")
    page.choose("Offline")  # which signs out (SR-069)
    page.sees("You are offline and signed out.")
    page.close()
