"""The robot that calls: dials, waits, talks for a while, hangs up, says what it heard."""

from dataclasses import dataclass

from apps.robots.callers_line import CallersLine
from apps.robots.door import open_door
from apps.robots.errors import RobotError
from apps.robots.inbox import Inbox, Message
from apps.robots.report import Outcome, Report
from apps.robots.session import Site, browser

# How long the server may take to say that the call we hung up has ended.
FAREWELL_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlan:
    """Whom to call and how: talk `seconds` once connected, wait `patience` seconds for that."""

    number: str
    caller_number: str | None
    hertz: float
    seconds: float
    patience: float


async def call(at: Site, *, plan: CallPlan, report: Report, inbox: Inbox) -> Outcome:
    """Make one call; RobotError if the server refuses it."""
    async with (
        browser() as http,
        await open_door(http, at=at, door="call", on_message=inbox.put) as door,
    ):
        line = CallersLine(hertz=plan.hertz, loopback=at.is_loopback, door=door, inbox=inbox)
        try:
            return await Caller(plan, line=line, report=report).run(inbox)
        finally:
            await line.close()


class Caller:
    """One call on an open line."""

    def __init__(self, plan: CallPlan, *, line: CallersLine, report: Report) -> None:
        self._plan = plan
        self._line = line
        self._listener = line.listener
        self._report = report
        self._state: str | None = None
        self._connected = False
        self._hanging_up = False

    async def run(self, inbox: Inbox) -> Outcome:
        await self._line.call(
            {
                "number": self._plan.number,
                "from": self._plan.caller_number,
                "attributes": {},
            }
        )
        inbox.alarm(self._plan.patience, of="patience")
        while self._state != "ended":
            message = await inbox.take()
            await self._line.react(message)
            await self._react(message, inbox)
        return self._outcome()

    async def _react(self, message: Message, inbox: Inbox) -> None:
        match message:
            case {"type": "started", "contact": contact}:
                self._report.contact(contact)
            case {"type": "state" | "resumed", "state": state}:
                self._enter(state, message.get("cause"), inbox)
            case {"type": "refused" | "lost" | "taken"}:
                self._turned_away(message, inbox)
            case {"type": "stop"} | {"type": "alarm", "of": "talk"}:
                await self._hang_up(inbox)
            case {"type": "alarm", "of": "patience"} if not self._connected:
                await self._hang_up(inbox)
            case {"type": "alarm", "of": "farewell"}:
                self._enter("ended", "no_farewell", inbox)

    def _turned_away(self, message: Message, inbox: Inbox) -> None:
        if message.get("code") != "CALL_OVER":
            raise RobotError(message.get("message", "Another page has taken this call over."))
        self._enter("ended", "call_over", inbox)

    def _enter(self, state: str, cause: str | None, inbox: Inbox) -> None:
        if state == self._state:
            return
        self._state = state
        self._report.state(state, cause=cause)
        if state != "connected":
            self._listener.close()
            return
        self._listener.open()
        if not self._connected:
            self._connected = True
            inbox.alarm(self._plan.seconds, of="talk")

    async def _hang_up(self, inbox: Inbox) -> None:
        if self._hanging_up:
            return
        self._hanging_up = True
        # What is heard is what came before hanging up, not the silence after it.
        self._listener.close()
        await self._line.hang_up()
        inbox.alarm(FAREWELL_SECONDS, of="farewell")

    def _outcome(self) -> Outcome:
        if not self._connected:
            return Outcome.NOT_CONNECTED
        hertz = self._listener.heard()
        self._report.heard(hertz, longest_gap=self._listener.longest_gap)
        return Outcome.SILENT if hertz is None else Outcome.HEARD
