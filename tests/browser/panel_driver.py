"""A panel in a browser with a socket of the test's own behind it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from tests.browser.samples import snapshot

ROOT = Path(__file__).parents[2]
BROWSER: dict[str, Any] = {
    "executable_path": "/usr/bin/chromium",
    "args": [
        "--no-sandbox",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
        "--disable-background-networking",
        "--disable-component-update",
    ],
}


# What a browser says whose user has blocked the microphone.
BLOCKED = """
navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("blocked", "NotAllowedError"));
"""


# What a browser does that wants a press before it plays.
HELD_BACK = """
const play = HTMLMediaElement.prototype.play;
let isPressed = false;
addEventListener("pointerdown", () => (isPressed = true), { capture: true });
HTMLMediaElement.prototype.play = function () {
  if (isPressed) return play.call(this);
  return Promise.reject(new DOMException("no press yet", "NotAllowedError"));
};
"""


class Preview:
    """The preview server in a process of its own, because it has settings of its own."""

    def __enter__(self) -> str:
        self._process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.preview"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        address: str = self._process.stdout.readline()
        return address.strip()

    def __exit__(self, *_error: object) -> None:
        self._process.communicate(timeout=30)


class FakeServer:
    """The server's end of the panel socket: gives one panel at a time and keeps what it is told."""

    def __init__(self, panel: dict[str, Any]) -> None:
        self.heard: list[dict[str, Any]] = []
        self.panel = panel
        self.refusals: dict[str, dict[str, str]] = {}
        self._seq = 0
        self._route: WebSocketRoute | None = None
        self.on_command: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda _: None

    def attach(self, route: WebSocketRoute) -> None:
        self._route = route
        route.on_message(self._receive)

    def show(self, panel: dict[str, Any]) -> None:
        """Another snapshot, as after any change."""
        self.panel = panel
        self._seq += 1
        self._send(snapshot(panel, seq=self._seq))

    def reply(self, message: dict[str, Any]) -> None:
        """Any other message, such as the answer to an offer."""
        self._send(message)

    def close(self, code: int) -> None:
        assert self._route is not None
        self._route.close(code=code)

    def named(self, name: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message.get("name") == name]

    def _send(self, message: dict[str, Any]) -> None:
        assert self._route is not None
        self._route.send(json.dumps(message))

    def _receive(self, text: str | bytes) -> None:
        message = json.loads(text)
        self.heard.append(message)
        if message["type"] in ("hello", "snapshot.get"):
            self.show(self.panel)
        if message["type"] == "ping":
            self._send({"type": "pong"})
        if message["type"] == "command":
            self._command(message)

    def _command(self, message: dict[str, Any]) -> None:
        error = self.refusals.get(message["name"])
        answer: dict[str, Any] = {"type": "result", "id": message["id"], "ok": error is None}
        self._send({**answer, "error": error} if error else answer)
        after = self.on_command(message)
        if after is not None:
            self.show(after)


def serve_socket(page: Page, panel: dict[str, Any]) -> FakeServer:
    """Every panel socket this page opens from now on reaches a fake server that shows `panel`."""
    server = FakeServer(panel)
    page.unroute_all()
    page.route_web_socket("**/ws/**", server.attach)
    return server
