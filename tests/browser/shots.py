"""Pictures of every panel state and page, in both themes and three sizes, for people to look at.

`python -m tests.browser.shots [FOLDER]` writes to `shots/`, which is not kept in the repository,
and those of the README to `docs/images/`.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.comebacks import SCENES, returning
from tests.browser.contact_samples import RECORDING, recording
from tests.browser.panel_driver import BLOCKED, BROWSER, HELD_BACK, Preview, serve_socket
from tests.browser.samples import PANELS

SIZES = {"320": (320, 460), "400": (400, 700), "1280": (1280, 800)}
PAGES = (
    "/",
    "/plain",
    "/demo/login",
    "/demo/login-wrong",
    "/demo/call",
    "/demo/contacts",
    "/demo/contacts-empty",
    "/demo/contacts-wrong",
    "/demo/contact-waiting",
    "/demo/contact-unrecorded",
    "/demo/help/",
    "/demo/help/contacts",
    "/demo/help/calls",
    "/error/403",
)


# What the README shows, by the name it has there.
README = {
    "landing": "page-landing-1280-light",
    "call": "page-demo-call-400-light",
    "panel-ready": "ccp-ready-400-light",
    "panel-incoming": "ccp-incoming-400-light",
    "panel-connected": "ccp-connected-400-light",
}
IMAGES = Path(__file__).parents[2] / "docs" / "images"


def _theme(panel: dict[str, Any], theme: str) -> dict[str, Any]:
    return {**panel, "user": {**panel["user"], "theme": theme}}


def _panel_page(browser: Browser, *, size: tuple[int, int]) -> Page:
    width, height = size
    return browser.new_context(viewport={"width": width, "height": height}).new_page()


def panels(browser: Browser, address: str, folder: Path) -> None:
    """Every activity, the settings and the keypad."""
    for size, pixels in SIZES.items():
        for theme in ("light", "dark"):
            page = _panel_page(browser, size=pixels)
            for name, panel in PANELS.items():
                serve_socket(page, _theme(panel, theme))
                page.goto(f"{address}/demo/ccp-v2/?theme={theme}")
                page.locator("[data-part=status-button]").wait_for()
                page.screenshot(path=folder / f"ccp-{name}-{size}-{theme}.png")
                _extra(page, name, folder, f"{size}-{theme}")
            page.context.close()


def _extra(page: Page, name: str, folder: Path, suffix: str) -> None:
    if name == "connected":
        page.get_by_role("button", name="Keypad").click()
        page.screenshot(path=folder / f"ccp-keypad-{suffix}.png")
    if name == "ready":
        page.get_by_role("button", name="Agent status").click()
        page.screenshot(path=folder / f"ccp-menu-{suffix}.png")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Settings").click()
        page.screenshot(path=folder / f"ccp-settings-{suffix}.png")


def troubles(browser: Browser, address: str, folder: Path) -> None:
    """A blocked microphone, a lost connection and a refused command, in the smallest panel."""
    for theme in ("light", "dark"):
        page = _panel_page(browser, size=SIZES["320"])
        page.add_init_script(BLOCKED)
        server = serve_socket(page, _theme(PANELS["hold"], theme))
        server.refusals["connection.resume"] = {
            "code": "no_such_call",
            "message": "The call is over; there is nothing to resume.",
        }
        page.goto(f"{address}/demo/ccp-v2/?theme={theme}")
        page.get_by_role("button", name="Resume").click()
        page.get_by_role("button", name="Dismiss").wait_for()
        page.screenshot(path=folder / f"ccp-blocked-320-{theme}.png")
        page.route_web_socket("**/ws/**", lambda route: route.close(code=1011))
        server.close(1011)
        page.locator("[data-part=link-banner]").wait_for()
        page.screenshot(path=folder / f"ccp-lost-320-{theme}.png")
        page.context.close()


def player(browser: Browser, address: str, folder: Path) -> None:
    """The page of a contact, its recording played to the middle."""
    for size, (width, height) in SIZES.items():
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": height})
            page.route(f"**{RECORDING}", lambda route: route.fulfill(json=recording()))
            page.goto(f"{address}/demo/contact?theme={theme}")
            page.get_by_role("slider", name="Time").fill("14")
            page.screenshot(path=folder / f"page-contact-{size}-{theme}.png", full_page=True)
            page.close()


def endings(browser: Browser, address: str, folder: Path) -> None:
    """End call without the server, and a browser that wants a press before it plays."""
    for size, pixels in SIZES.items():
        for theme in ("light", "dark"):
            page = _panel_page(browser, size=pixels)
            page.add_init_script(HELD_BACK)
            server = serve_socket(page, _theme(PANELS["incoming"], theme))
            page.goto(f"{address}/demo/ccp-v2/?theme={theme}")
            page.locator("[data-part=sound-banner]").wait_for()
            page.screenshot(path=folder / f"ccp-sound-{size}-{theme}.png")
            server.show(_theme(PANELS["connected"], theme))
            page.get_by_role("button", name="End call").wait_for()
            page.route_web_socket("**/ws/**", lambda route: route.close(code=1011))
            server.close(1011)
            page.locator("[data-part=link-banner]").wait_for()
            page.get_by_role("button", name="End call").click()
            page.get_by_role("heading", name="Ending…").wait_for()
            page.screenshot(path=folder / f"ccp-ending-{size}-{theme}.png")
            page.context.close()


def signed_out(browser: Browser, address: str, folder: Path) -> None:
    """A call whose session has ended: it goes on, and it is ended in the page itself."""
    for size, pixels in SIZES.items():
        for theme in ("light", "dark"):
            page = _panel_page(browser, size=pixels)
            server = serve_socket(page, _theme(PANELS["connected"], theme))
            page.goto(f"{address}/demo/ccp-v2/?theme={theme}")
            page.get_by_role("button", name="End call").wait_for()
            server.close(4409)
            page.get_by_role("link", name="Sign in").wait_for()
            page.screenshot(path=folder / f"ccp-signed-out-{size}-{theme}.png")
            page.get_by_role("button", name="End call").click()
            page.get_by_role("heading", name="Call ended").wait_for()
            page.screenshot(path=folder / f"ccp-over-{size}-{theme}.png")
            page.context.close()


def comebacks(browser: Browser, address: str, folder: Path) -> None:
    """The caller's page on its way back to a call, and what keeps it from it."""
    for size, pixels in SIZES.items():
        for theme in ("light", "dark"):
            for name, scene in SCENES.items():
                page = _panel_page(browser, size=pixels)
                page.add_init_script(scene.script + returning())
                scene.play(page, f"{address}/demo/call?theme={theme}")
                path = folder / f"call-{name}-{size}-{theme}.png"
                page.screenshot(path=path, full_page=True)
                page.context.close()


def pages(browser: Browser, address: str, folder: Path) -> None:
    """The pages around the panel."""
    for size, (width, height) in SIZES.items():
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": height})
            for path in PAGES:
                page.goto(f"{address}{path}?theme={theme}")
                name = path.strip("/").replace("/", "-") or "landing"
                page.screenshot(path=folder / f"page-{name}-{size}-{theme}.png", full_page=True)
            page.close()


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "shots")
    folder.mkdir(parents=True, exist_ok=True)
    with Preview() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**BROWSER)
        panels(browser, address, folder)
        troubles(browser, address, folder)
        endings(browser, address, folder)
        signed_out(browser, address, folder)
        comebacks(browser, address, folder)
        pages(browser, address, folder)
        player(browser, address, folder)
        browser.close()
    IMAGES.mkdir(exist_ok=True)
    for name, picture in README.items():
        shutil.copyfile(folder / f"{picture}.png", IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
