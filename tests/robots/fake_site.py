"""A site of a few lines that speaks the public doors: the log-in form and the two sockets.

It knows the contract between the rooms and nothing of the server.
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

from apps.robots.inbox import Message
from tests.robots.far_end import FarEnd

TICKET = "back-to-c-1"
USER, PASSWORD, TOKEN = "ana", "correct horse", "t0ken"
STATUSES = [
    {"id": "s-off", "name": "Offline", "type": "offline"},
    {"id": "s-on", "name": "Available", "type": "routable"},
    {"id": "s-lunch", "name": "Lunch", "type": "not_routable"},
]


@dataclass
class Script:
    """What the far side does. `fates` of the calls offered to the agent, in order."""

    hertz: float = 523.0
    refusal: str | None = None
    # None: connected until somebody hangs up; else how the call ends without being connected.
    unanswered: str | None = None
    fates: list[str] = field(default_factory=lambda: ["answer"])
    close_code: int | None = None
    holds: bool = False
    # What the agent's offers of audio are refused with, one after the other, before one is taken.
    audio_refusals: list[Message] = field(default_factory=list)
    # The caller's socket breaks in mid-call, and the call has another line when it is back.
    breaks: bool = False
    on_connected: Callable[[], None] | None = None


class FakeSite:
    """Serves one instance, `demo`, on a port of the system's choice."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.received: list[Message] = []
        self.far_heard: list[float | None] = []
        routes = web.Application()
        routes.router.add_get("/demo/login", self._form)
        routes.router.add_post("/demo/login", self._log_in)
        routes.router.add_get("/ws/demo/call", self._call)
        routes.router.add_get("/ws/demo/ccp", self._panel)
        self._server = TestServer(routes, host="127.0.0.1")

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return str(self._server.make_url("/"))

    def commands(self) -> list[str]:
        """The names of the commands that came in, a status by its id."""
        commands = [each for each in self.received if each["type"] == "command"]
        return [each["params"].get("status", each["name"]) for each in commands]

    async def _form(self, _: web.Request) -> web.Response:
        field = f'<input type="hidden" name="csrfmiddlewaretoken" value="{TOKEN}">'
        page = web.Response(text=f"<form>{field}</form>", content_type="text/html")
        page.set_cookie("connect_csrf", TOKEN)
        return page

    async def _log_in(self, request: web.Request) -> web.Response:
        form = await request.post()
        if request.cookies.get("connect_csrf") != TOKEN or form["csrfmiddlewaretoken"] != TOKEN:
            return web.Response(status=403)
        if (form["username"], form["password"]) != (USER, PASSWORD):
            return web.Response(text="Wrong user name or password.")
        sent_on = web.Response(status=302, headers={"Location": "/demo/ccp-v2/"})
        sent_on.set_cookie("session", "open")
        return sent_on

    async def _call(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        call = await self._receive(socket)
        if call["type"] == "resume":
            await self._resumed(socket)
            return socket
        if self.script.refusal:
            refused = {"type": "refused", "code": "no_such_number", "message": self.script.refusal}
            await socket.send_json(refused)
            await socket.close(code=4000)
            return socket
        far = FarEnd(self.script.hertz)
        try:
            await self._conversation(socket, far, await far.answer(call["sdp"]))
        finally:
            await far.close()
        return socket

    async def _conversation(self, socket: web.WebSocketResponse, far: FarEnd, sdp: str) -> None:
        async def state(name: str, cause: str | None = None) -> None:
            await socket.send_json({"type": "state", "state": name, "cause": cause})

        await socket.send_json(
            {"type": "started", "contact": "c-1", "generation": 1, "resume": TICKET, "sdp": sdp}
        )
        await state("ringing")
        if self.script.unanswered:
            await state("ended", self.script.unanswered)
            return
        await far.up.wait()
        await state("connected")
        if self.script.breaks:
            await socket.close(code=1012)
            return
        if self.script.on_connected:
            self.script.on_connected()
        if self.script.holds:
            await state("hold")
            await state("connected")
        await self._receive(socket)
        far.listener.close()
        self.far_heard.append(far.listener.heard())
        await state("ended", "customer_disconnect")

    async def _resumed(self, socket: web.WebSocketResponse) -> None:
        """The call was moved meanwhile: the page has to bring a new line, at the second try."""
        facts = {"contact": "c-1", "state": "connected", "needs_media": True}
        await socket.send_json({"type": "resumed", "generation": 2, **facts})
        await self._receive(socket)
        await socket.send_json({"type": "stale", "generation": 3})
        offer = await self._receive(socket)
        far = FarEnd(self.script.hertz)
        try:
            sdp = await far.answer(offer["sdp"])
            await socket.send_json({"type": "answer", "generation": 3, "sdp": sdp})
            await far.up.wait()
            while (heard := far.listener.heard()) is None:
                await asyncio.sleep(0.02)
            self.far_heard.append(heard)
            if self.script.on_connected:
                self.script.on_connected()
            await self._receive(socket)
            ended = {"type": "state", "state": "ended", "generation": 3}
            await socket.send_json({**ended, "cause": "customer_disconnect"})
        finally:
            await far.close()

    async def _panel(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if request.cookies.get("session") != "open" or self.script.close_code:
            await socket.close(code=self.script.close_code or 4401)
            return socket
        agent = FakeAgent(self, socket)
        try:
            await agent.run()
        finally:
            await agent.close()
        return socket

    async def _receive(self, socket: web.WebSocketResponse) -> Message:
        """The next message that is not a ping."""
        while True:
            message: Message = json.loads(await socket.receive_str())
            if message["type"] != "ping":
                self.received.append(message)
                return message

    receive = _receive


class FakeAgent:
    """The server's side of one panel: one call after the other, each with its fate."""

    def __init__(self, site: FakeSite, socket: web.WebSocketResponse) -> None:
        self._site = site
        self._socket = socket
        self._fates = iter(site.script.fates)
        self._refusals = list(site.script.audio_refusals)
        self._numbers = itertools.count(1)
        self._activity = "offline"
        self._contact: dict[str, Any] | None = None
        self._media: dict[str, Any] | None = None
        self._far: FarEnd | None = None

    async def run(self) -> None:
        await self._site.receive(self._socket)
        await self._show("offline")
        while True:
            try:
                message = await self._site.receive(self._socket)
            except TypeError:  # the robot has left
                return
            await self._obey(message)

    async def close(self) -> None:
        if self._far:
            await self._far.close()

    async def _obey(self, message: Message) -> None:
        if message["type"] == "media.offer":
            await self._answer_media(message)
            return
        await self._socket.send_json({"type": "result", "id": message["id"], "ok": True})
        match message["name"]:
            case "agent.set_status":
                await self._status(message["params"]["status"])
            case "contact.accept":
                self._media = {"connection": "k-1", "generation": 1}
                await self._show("connecting")
            case "contact.reject":
                await self._show("missed")
            case "contact.end":
                await self._finish()
            case "contact.clear":
                self._contact = None
                await self._show("available")
                await self._next_call()

    async def _status(self, status: str) -> None:
        await self._show("offline" if status == "s-off" else "available")
        if status != "s-off":
            await self._next_call()

    async def _next_call(self) -> None:
        fate = next(self._fates, None)
        if fate is None:
            return
        number = next(self._numbers)
        self._contact = {"id": f"c-{number}", "endReason": None}
        await self._show("incoming")
        if fate == "withdraw":
            self._contact = None
            await self._show("available")
            await self._next_call()

    async def _answer_media(self, message: Message) -> None:
        if self._refusals:
            refused = {"type": "result", "id": message["id"], "ok": False}
            await self._socket.send_json({**refused, "error": self._refusals.pop(0)})
            return
        self._far = FarEnd(self._site.script.hertz)
        sdp = await self._far.answer(message["sdp"])
        await self._socket.send_json({"type": "media.answer", "id": message["id"], "sdp": sdp})
        await self._far.up.wait()
        await self._show("connected")

    async def _finish(self) -> None:
        assert self._far is not None
        assert self._contact is not None
        self._far.listener.close()
        self._site.far_heard.append(self._far.listener.heard())
        await self._far.close()
        self._far, self._media = None, None
        self._contact["endReason"] = "agent_disconnect"
        await self._show("acw")

    async def _show(self, activity: str) -> None:
        self._activity = activity
        panel = {
            "activity": activity,
            "statuses": STATUSES,
            "contact": self._contact,
            "media": self._media,
            "permitted": [],
        }
        await self._socket.send_json({"type": "snapshot", "seq": 1, "panel": panel})
