"""The robot that answers: an agent who logs in, becomes available, talks, clears, goes offline."""

from dataclasses import dataclass
from typing import Any

from apps.robots.audio import Listener
from apps.robots.door import Door, open_door
from apps.robots.errors import RefusalError, RobotError
from apps.robots.inbox import Inbox, Message
from apps.robots.leg import Leg
from apps.robots.panel import Panel
from apps.robots.report import Outcome, Report
from apps.robots.session import Site, browser, log_in

ENDED = {"acw", "missed", "error"}
NOT_AVAILABLE = {"offline", "away"}


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
            agent = Answerer(plan, at=at, panel=panel, door=door, report=report, inbox=inbox)
            try:
                return await agent.run()
            finally:
                await agent.close()


class Answerer:
    """An agent at a panel; every picture of the server says what is to be done next."""

    def __init__(
        self,
        plan: AnswerPlan,
        *,
        at: Site,
        panel: Panel,
        door: Door,
        report: Report,
        inbox: Inbox,
    ) -> None:
        self._plan = plan
        self._at = at
        self._panel = panel
        self._door = door
        self._report = report
        self._inbox = inbox
        self._listener = Listener()
        self._leg: Leg | None = None
        self._media: dict[str, Any] | None = None
        self._picture: dict[str, Any] = {}
        self._contact: str | None = None
        self._state: str | None = None
        self._asked: set[str] = set()
        self._connected = False
        self._calls = 0
        self._outcomes: list[Outcome] = []
        self._leaving = False

    async def run(self) -> Outcome:
        """React until enough calls are done and the last is cleared, or patience ends."""
        patience = self._inbox.alarm(self._plan.patience, of="patience")
        while not (self._leaving and self._contact is None):
            calls = self._calls
            await self._react(await self._inbox.take())
            if self._calls != calls:
                patience.cancel()
                patience = self._inbox.alarm(self._plan.patience, of="patience")
        patience.cancel()
        await self._go_offline()
        return self._outcome()

    async def close(self) -> None:
        """Close the audio leg."""
        if self._leg:
            await self._leg.close()
            self._leg = None

    async def _react(self, message: Message) -> None:
        match message:
            case {"type": "snapshot", "panel": picture}:
                self._picture = picture
                await self._look()
            case {"type": "taken"}:
                raise RobotError("Another tab or robot took over this agent's audio.")
            case {"type": "lost", "message": sentence}:
                raise RobotError(sentence)
            case {"type": "stop"}:
                await self._leave()
            case {"type": "alarm", "of": "patience"} if self._contact is None:
                self._leaving = True
            case {"type": "alarm", "of": contact} if contact == self._contact:
                await self._end()

    async def _look(self) -> None:
        contact = self._picture["contact"]
        if self._contact and (contact is None or contact["id"] != self._contact):
            self._gone()
        await self._follow_media()
        if contact is None:
            await self._become_available()
            return
        if self._contact is None:
            self._arrived(contact["id"])
        await self._work(contact)

    async def _follow_media(self) -> None:
        media = self._picture["media"]
        if media == self._media:
            return
        await self.close()
        self._media = media
        if media is None:
            return
        self._leg = Leg(
            hertz=self._plan.hertz, listener=self._listener, loopback=self._at.is_loopback
        )
        try:
            answer_sdp = await self._panel.offer(
                self._door,
                connection=media["connection"],
                generation=media["generation"],
                sdp=await self._leg.offer(),
            )
        except RefusalError:
            # The caller left meanwhile; the picture that says so is on its way.
            return
        await self._leg.answered(answer_sdp)

    async def _become_available(self) -> None:
        if self._picture["activity"] in NOT_AVAILABLE and not self._leaving:
            await self._once("available", "agent.set_status", status=self._status("routable"))

    async def _work(self, contact: dict[str, Any]) -> None:
        activity = self._picture["activity"]
        if activity == "incoming":
            verb = "contact.reject" if self._plan.reject or self._leaving else "contact.accept"
            await self._attempt(verb)
        elif activity == "connected":
            self._talk()
        elif activity == "hold":
            self._enter("hold")
            self._listener.close()
        elif activity in ENDED:
            self._ended(contact.get("endReason") or activity)
            await self._attempt("contact.clear")

    def _arrived(self, contact: str) -> None:
        self._contact, self._state, self._connected = contact, None, False
        self._asked.clear()
        self._report.contact(contact)
        self._enter("ringing")

    def _talk(self) -> None:
        if self._state != "connected":
            self._listener.open()
        self._enter("connected")
        if not self._connected:
            self._connected = True
            self._inbox.alarm(self._plan.seconds, of=self._contact or "")

    def _gone(self) -> None:
        """The contact left the panel: cleared, or withdrawn while it rang."""
        self._ended("withdrawn")
        self._contact = None
        self._asked.clear()

    def _ended(self, cause: str) -> None:
        if self._state == "ended":
            return
        self._listener.close()
        self._enter("ended", cause=cause)
        if self._connected:
            hertz = self._listener.heard()
            self._report.heard(hertz)
            self._outcomes.append(Outcome.SILENT if hertz is None else Outcome.HEARD)
        if self._connected or "contact.reject" in self._asked:
            self._calls += 1
            self._leaving = self._leaving or self._calls >= self._plan.count

    def _enter(self, state: str, *, cause: str | None = None) -> None:
        if state != self._state:
            self._state = state
            self._report.state(state, cause=cause)

    async def _end(self) -> None:
        self._listener.close()
        await self._attempt("contact.end")

    async def _leave(self) -> None:
        self._leaving = True
        if self._contact is not None:
            await (self._attempt("contact.reject") if self._state == "ringing" else self._end())

    async def _attempt(self, name: str) -> None:
        """Give a contact command once; refused, it came too late and the next picture tells."""
        try:
            await self._once(name, name, contact=self._contact)
        except RefusalError:
            return

    async def _once(self, key: str, name: str, **params: Any) -> None:
        if key not in self._asked:
            self._asked.add(key)
            await self._panel.command(self._door, name, **params)

    async def _go_offline(self) -> None:
        try:
            await self._panel.command(
                self._door, "agent.set_status", status=self._status("offline")
            )
        except RefusalError:
            return

    def _status(self, kind: str) -> str:
        found = (each["id"] for each in self._picture["statuses"] if each["type"] == kind)
        status = next(found, None)
        if status is None:
            raise RobotError(f"This instance has no agent status of type {kind}.")
        return str(status)

    def _outcome(self) -> Outcome:
        if len(self._outcomes) < self._plan.count:
            return Outcome.NOT_CONNECTED
        return max(self._outcomes)
