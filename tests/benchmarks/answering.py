"""How long after Accept, or with auto-accept after the offer, it is heard that somebody is there.

    python -m tests.benchmarks.answering --calls 30

`manage.py serve` on an empty folder; a robot calls and a robot answers over WebRTC on the loopback,
one call after the other. What is counted ends with the first 20 ms that come decoded out of a
robot's jitter buffer. Prints one JSON line, in milliseconds.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import sync_playwright

from apps.robots.session import Site
from tests.benchmarks.comebacks import at_call_page, available, begin, latest
from tests.live.browsers import AgentPage, CallerPage, launch, write_tone
from tests.live.server import PASSWORD, LiveServer
from tests.live.talkers import AGENT_HZ, CALLER_HZ, Desk, at_desk, calling

PATIENCE = 60.0  # for one call
BUTTON, AUTOMATIC = "ana", "bob"
PLAIN, WHISPERED = "+12065550100", "+12065550101"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """One call; seconds of the loop's clock. `accepted` is None where nobody had to."""

    contact: str
    accepted: float | None
    sound: float  # any, at the agent
    caller: float  # at the agent
    agent: float  # at the caller

    @property
    def both(self) -> float:
        return max(self.caller, self.agent)


WHO = ((BUTTON, "accept", 800), (AUTOMATIC, "auto-accept: offer", 1000))  # ms, L-03
WHAT: tuple[tuple[str, str, Callable[[Heard], float]], ...] = (
    (PLAIN, "to the caller at the agent", lambda heard: heard.caller),
    (PLAIN, "to both at each other's end", lambda heard: heard.both),
    (WHISPERED, "to the whisper at the agent", lambda heard: heard.sound),
)


def main() -> None:
    calls = parse().calls
    with tempfile.TemporaryDirectory(prefix="connect-bench-") as folder:
        os.environ["CONNECT_DATA_DIR"] = str(Path(folder) / "data")
        os.environ["CONNECT_DEMO_PASSWORD"] = PASSWORD
        os.environ["DJANGO_SETTINGS_MODULE"] = "connect.settings"
        import django

        django.setup()
        from tests.benchmarks.desks import Desks

        desks = Desks(automatic=AUTOMATIC, plain=PLAIN, whispered=WHISPERED)
        with LiveServer(Path(folder)) as server:
            at = Site(server.url, "demo")
            found = {
                (who, number): asyncio.run(sitting(at, user=who, number=number, calls=calls))
                for who in (BUTTON, AUTOMATIC)
                for number in (PLAIN, WHISPERED)
            }
            pages = in_chromium(Path(folder), server.url, calls=calls)
        began = {
            heard.contact: heard.accepted or desks.offered_at(heard.contact) - ahead()
            for sat in found.values()
            for heard in sat
        }
    beside = row("in Chromium: click on Accept call to both at each other's end", 800, pages)
    print(json.dumps({"calls": calls, "rows": [*rows(found, began), beside]}))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.benchmarks.answering")
    parser.add_argument("--calls", type=int, default=30, help="of each kind")
    return parser.parse_args()


def ahead() -> float:
    """By how much the machine's clock is ahead of the loop's."""
    return time.time() - time.monotonic()


async def sitting(at: Site, *, user: str, number: str, calls: int) -> list[Heard]:
    """One agent, so many calls; one more comes first, by which what is slow once only is done."""
    async with at_desk(at, user=user, password=PASSWORD) as desk:
        heard = []
        for _ in range(calls + 1):
            async with asyncio.timeout(PATIENCE):
                heard.append(await one(at, desk, number, has_button=user == BUTTON))
        return heard[1:]


async def one(at: Site, desk: Desk, number: str, *, has_button: bool) -> Heard:
    await out_of_step()
    ear = desk.listens()
    async with calling(at, number=number) as callers_ear:
        accepted = await press(desk) if has_button else None
        contact = await desk.until("connected")
        ends = await asyncio.gather(ear.sound, ear.tone, callers_ear.tone)
        await desk.say("contact.end", contact)
        await desk.until("acw")
    await desk.say("contact.clear", contact)
    await desk.until("available")
    return Heard(contact, accepted, *ends)


async def press(desk: Desk) -> float:
    """Accept what rings; what the panel shows meanwhile is read by who waits for the talk."""
    contact = await desk.until("incoming")
    await out_of_step()
    began = time.monotonic()
    await desk.say("contact.accept", contact)
    return began


async def out_of_step() -> None:
    await asyncio.sleep(some_time())


def some_time() -> float:
    """Nothing may always fall on the same moment of what the server does each second."""
    return random.uniform(0.2, 1.2)


def in_chromium(folder: Path, url: str, *, calls: int) -> list[float]:
    """The same between two pages, where the browser's own work is in it: seconds to both."""
    with sync_playwright() as playwright, ExitStack() as stack:
        voices = [write_tone(folder / f"{hertz}.wav", hertz) for hertz in (CALLER_HZ, AGENT_HZ)]
        callers, agents = (stack.enter_context(launch(playwright, voice=voice)) for voice in voices)
        ana = available(AgentPage(agents, url))
        return [clicked(at_call_page(callers, url), ana) for _ in range(calls + 1)][1:]


def clicked(caller: CallerPage, ana: AgentPage) -> float:
    caller.call()
    ana.offers("Accept call")
    time.sleep(some_time())
    button = ana.page.get_by_role("button", name="Accept call", exact=True)
    at = button.evaluate("button => { const at = Date.now(); button.click(); return at; }")
    wishes = begin(ana, f"heard({CALLER_HZ})"), begin(caller, f"heard({AGENT_HZ})")
    spent = latest(*wishes) - at / 1000
    ana.press("End call")
    ana.press("Clear contact")
    ana.sees("Ready for contacts")
    caller.close()
    return spent


def rows(found: dict[tuple[str, str], list[Heard]], began: dict[str, float]) -> list[Row]:
    """One for each thing that is counted, with its budget."""
    return [
        row(f"{moment} {what}", budget, [end(h) - began[h.contact] for h in found[who, number]])
        for who, moment, budget in WHO
        for number, what, end in WHAT
    ]


def row(what: str, budget: float, seconds: list[float]) -> Row:
    spent = [1000 * each for each in seconds]
    p95 = quantiles(spent, n=20, method="inclusive")[18]
    figures = {"p50": median(spent), "p95": p95, "max": max(spent)}
    return {"what": what, "budget": budget, **{name: round(ms) for name, ms in figures.items()}}


if __name__ == "__main__":
    main()
