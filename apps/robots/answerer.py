"""The robot that answers: an agent who logs in, becomes available, talks, clears, goes offline."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from apps.robots.door import Door, open_door
from apps.robots.errors import RefusalError, RobotError, SignedOutError
from apps.robots.inbox import Inbox, Message
from apps.robots.panel import Panel
from apps.robots.report import Outcome, Report
from apps.robots.server_clock import ServerClock
from apps.robots.session import Site, browser, log_in
from apps.robots.softphone import Softphone

ENDED = {"acw", "missed", "error"}
NOT_AVAILABLE = {"offline", "away"}
AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPlan:
    """Who answers and how: `count` calls of at most `seconds`, `patience` seconds between them."""

    user: str
    password: str
    hertz: float
    seconds: float
    count: int
    patience: float
    reject: bool


async def answer(at: Site, *, plan: AnswerPlan, report: Report, inbox: Inbox) -> Outcome:
    """Answer (or reject) calls; RobotError if the robot cannot log in or become available."""
    async with browser() as http:
        await log_in(http, at=at, user=plan.user, password=plan.password)
        panel = Panel(inbox)
        async with await open_door(http, at=at, door="ccp", on_message=panel.receive) as door:
            await panel.hello(door)
            phone = Softphone(hertz=plan.hertz, loopback=at.is_loopback, panel=panel, door=door)
            agent = Answerer(plan, panel=panel, door=door, phone=phone, report=report, inbox=inbox)
            try:
                return await agent.run()
            finally:
                await phone.close()


class Answerer:
    """An agent at a panel; every picture of the server says what is to be done next."""

    def __init__(
        self,
        plan: AnswerPlan,
        *,
        panel: Panel,
        door: Door,
        phone: Softphone,
        report: Report,
        inbox: Inbox,
    ) -> None:
        self._plan = plan
        self._panel = panel
        self._door = door
        self._phone = phone
        self._report = report
        self._inbox = inbox
        self._picture: dict[str, Any] | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._contact: str | None = None
        self._state: str | None = None
        self._connected = False
        self._clock = ServerClock()
        self._ended_at: str | None = None  # when we wanted the talk to end, first
        self._asked: set[str] = set()
        self._calls = 0
        self._outcomes: list[Outcome] = []
        self._leaving = False

    async def run(self) -> Outcome:
        """React until enough calls are done and the last is cleared, or patience ends."""
        self._wait_for_a_call()
        while not (self._leaving and self._contact is None):
            await self._react(await self._inbox.take())
        if self._picture:
            with suppress(SignedOutError):  # which may be heard of before the answer
                await self._set_status("offline", among=self._picture)
        return self._outcome()

    def _wait_for_a_call(self) -> None:
        self._patience = self._inbox.alarm(self._plan.patience, of="patience")

    async def _react(self, message: Message) -> None:
        match message:
            case {"type": "snapshot", "panel": picture}:
                self._clock.heard(message.get("now"))
                self._picture = picture
                await self._look(picture)
            case {"type": "taken"}:
                raise RobotError("Another tab or robot took over this agent's audio.")
            case {"type": "back"}:
                await self._panel.hello(self._door)
            case {"type": "lost", "message": sentence}:
                raise RobotError(sentence)
            case {"type": "stop"}:
                await self._leave()
            case {"type": "alarm", "of": about}:
                await self._reached(about)

    async def _reached(self, about: str) -> None:
        """A time of our own has come: that of patience, of audio, or of a contact's talk."""
        if about == "patience":
            self._leaving = True
        elif about == "audio":
            if self._picture and not self._leaving:
                await self._have_audio(self._picture)
        elif about == self._talking_about:
            await self._end()

    @property
    def _talking_about(self) -> str | None:
        """The contact whose talk is not over."""
        return None if self._state == "ended" else self._contact

    async def _look(self, picture: dict[str, Any]) -> None:
        contact = picture["contact"]
        if self._contact and (contact is None or contact["id"] != self._contact):
            self._gone()
        await self._have_audio(picture)
        if contact is not None:
            if self._contact is None:
                self._arrived(contact["id"])
            await self._work(contact, activity=picture["activity"])
        elif picture["activity"] in NOT_AVAILABLE and not self._leaving:
            await self._become_available(picture)

    async def _have_audio(self, picture: dict[str, Any]) -> None:
        if not await self._phone.follow(picture["media"]):
            self._inbox.alarm(AGAIN_SECONDS, of="audio")

    async def _become_available(self, picture: dict[str, Any]) -> None:
        if "available" not in self._asked:
            self._asked.add("available")
            await self._set_status("routable", among=picture)

    async def _work(self, contact: dict[str, Any], *, activity: str) -> None:
        if activity == "incoming":
            unwanted = self._plan.reject or self._leaving
            await self._attempt("contact.reject" if unwanted else "contact.accept")
        elif activity == "connected":
            self._talk(contact["id"])
            if self._leaving:
                await self._end()
        elif activity == "hold":
            self._phone.listener.close()
            self._enter("hold")
        elif activity in ENDED:
            self._ended(contact.get("endReason") or activity)
            await self._attempt("contact.clear")

    def _arrived(self, contact: str) -> None:
        if self._patience:
            self._patience.cancel()
        self._contact, self._state, self._connected = contact, None, False
        self._ended_at = None
        self._asked.clear()
        self._report.contact(contact)
        self._enter("ringing")

    def _talk(self, contact: str) -> None:
        if self._state != "connected":
            self._phone.listener.open()
        self._enter("connected")
        if not self._connected:
            self._connected = True
            self._inbox.alarm(self._plan.seconds, of=contact)

    def _gone(self) -> None:
        """The contact left the panel: cleared, or withdrawn while it rang."""
        self._ended("withdrawn")
        self._contact = None
        self._asked.clear()
        self._wait_for_a_call()

    def _ended(self, cause: str) -> None:
        if self._state == "ended":
            return
        self._phone.listener.close()
        self._enter("ended", cause=cause)
        if self._connected:
            listener = self._phone.listener
            hertz = listener.heard()
            self._report.heard(hertz, longest_gap=listener.longest_gap)
            self._outcomes.append(Outcome.SILENT if hertz is None else Outcome.HEARD)
        if self._connected or "contact.reject" in self._asked:
            self._calls += 1
            self._leaving = self._leaving or self._calls >= self._plan.count

    def _enter(self, state: str, *, cause: str | None = None) -> None:
        if state != self._state:
            self._state = state
            self._report.state(state, cause=cause)

    async def _end(self) -> None:
        # What is heard is what came before ending, not the silence after it.
        self._phone.listener.close()
        self._ended_at = self._ended_at or self._clock.now()
        await self._attempt("contact.end", said_at=self._ended_at)
        if "contact.end" not in self._asked and self._contact:
            # As the panel does: silent at once, and said again until it is heard.
            await self._phone.close()
            self._inbox.alarm(AGAIN_SECONDS, of=self._contact)

    async def _leave(self) -> None:
        self._leaving = True
        if self._contact is not None and self._picture:
            incoming = self._picture["activity"] == "incoming"
            await (self._attempt("contact.reject") if incoming else self._end())

    async def _attempt(self, name: str, *, said_at: str | None = None) -> None:
        """Give a contact command once; refused, it is given again if the next picture asks."""
        if name in self._asked:
            return
        self._asked.add(name)
        try:
            await self._panel.command(self._door, name, contact=self._contact, said_at=said_at)
        except RefusalError:
            self._asked.discard(name)

    async def _set_status(self, kind: str, *, among: dict[str, Any]) -> None:
        status = next((each["id"] for each in among["statuses"] if each["type"] == kind), None)
        if status is None:
            raise RobotError(f"This instance has no agent status of type {kind}.")
        await self._panel.command(self._door, "agent.set_status", status=status)

    def _outcome(self) -> Outcome:
        if len(self._outcomes) < self._plan.count:
            return Outcome.NOT_CONNECTED
        return max(self._outcomes, default=Outcome.NOT_CONNECTED)
