"""A caller's page that has a ticket back to its call, and what a server may answer it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.panel_driver import BLOCKED

Json = dict[str, Any]
RESUMED: Json = {
    "type": "resumed",
    "contact": "c-1",
    "state": "connected",
    "generation": 1,
    "needs_media": True,
}
# A microphone that is still being asked for: the line is not in trouble, it only is not there yet.
ASKING = "navigator.mediaDevices.getUserMedia = () => new Promise(() => {});"
OVER = {"type": "refused", "code": "CALL_OVER", "message": "This call is over."}


def returning(*, stage: str = "connected") -> str:
    """The script after which a page finds the ticket of a call in its tab's store."""
    ticket = json.dumps({"token": "back", "stage": stage, "ending": False})
    return f"""
      if (!sessionStorage.getItem("connect.call:" + location.pathname))
        sessionStorage.setItem("connect.call:" + location.pathname,
          JSON.stringify({{ ...{ticket}, since: Date.now() - 247000 }}));
    """


class CallServer:
    """The server's end of the caller's socket: answers each type of message as it is told to."""

    def __init__(self, answers: dict[str, Json]) -> None:
        self.answers = answers
        self.heard: list[Json] = []
        self._route: WebSocketRoute | None = None

    def attach(self, route: WebSocketRoute) -> None:
        self._route = route
        route.on_message(self._receive)

    def say(self, message: Json) -> None:
        assert self._route is not None
        self._route.send(json.dumps(message))

    def vanish(self, page: Page) -> None:
        """The socket breaks and cannot be opened again."""
        assert self._route is not None
        page.route_web_socket("**/ws/demo/call", lambda route: route.close(code=1011))
        self._route.close(code=1011)

    def named(self, kind: str) -> list[Json]:
        return [message for message in self.heard if message["type"] == kind]

    def _receive(self, text: str | bytes) -> None:
        message = json.loads(text)
        self.heard.append(message)
        answer = self.answers.get(message["type"])
        if message["type"] == "ping":
            self.say({"type": "pong"})
        elif answer is not None:
            known = {"id": message["id"]} if "id" in message else {}
            self.say({**answer, **known})


def serve_call(page: Page, answers: dict[str, Json]) -> CallServer:
    """Every caller's socket this page opens from now on reaches this server."""
    server = CallServer(answers)
    page.route_web_socket("**/ws/demo/call", server.attach)
    return server


def _see(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible(timeout=20_000)


def _lost(page: Page, server: CallServer) -> None:
    _see(page, "Talking")
    server.vanish(page)
    _see(page, "The connection to the server was lost.")


def _ending(page: Page, server: CallServer) -> None:
    _lost(page, server)
    page.get_by_role("button", name="Hang up").click()
    _see(page, "The server is told as soon as it can be reached.")


def _elsewhere(page: Page, server: CallServer) -> None:
    _see(page, "Talking")
    server.say({"type": "taken"})
    _see(page, "In another window")


@dataclass(frozen=True)
class Scene:
    """What a server answers, and what happens until the picture is there."""

    answers: dict[str, Json] = field(default_factory=dict)
    script: str = ""
    until: Callable[[Page, CallServer], None] = lambda page, _: _see(page, "Reconnecting…")

    def play(self, page: Page, address: str) -> CallServer:
        server = serve_call(page, self.answers)
        page.goto(address)
        self.until(page, server)
        return server


SCENES = {
    "reconnecting": Scene(
        {"resume": RESUMED, "offer": {"type": "problem", "code": "MEDIA_UNAVAILABLE"}},
        until=lambda page, _: _see(page, "The sound was interrupted."),
    ),
    "returning": Scene(),
    "lost": Scene({"resume": RESUMED}, script=ASKING, until=_lost),
    "ending": Scene({"resume": RESUMED}, script=ASKING, until=_ending),
    "elsewhere": Scene({"resume": RESUMED}, script=ASKING, until=_elsewhere),
    "away": Scene({"resume": OVER}, until=lambda page, _: _see(page, "while this page was away")),
    "no-microphone": Scene(
        {"resume": RESUMED},
        script=BLOCKED,
        until=lambda page, _: _see(page, "The microphone is blocked."),
    ),
}
