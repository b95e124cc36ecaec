"""How long people hear nothing when something breaks: real browsers and robots, whole servers.

    python -m tests.benchmarks.comebacks --rounds 3

Prints one JSON line: for each thing that happens the seconds of every round and the budget.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, JSHandle, sync_playwright

from tests.live.browsers import PANEL, AgentPage, CallerPage, Ear, launch, write_tone
from tests.live.server import LiveServer
from tests.live.sound import AGENT_HZ, CALLER_HZ
from tests.scaled.site import Scaled
from tests.scaled.talks import Talk

# Looks every 20 ms, here and not through Playwright, whose questions come up to a second apart.
# `heard` waits for a tone that is the loudest thing on the page's lines (browsers.EAR), `returned`
# for its absence and then for it again, `renewed` for it on a new line, `shown` for an element.
DETECTOR = """
(() => {
  const EVERY = 20, GIVE_UP = 120000, GONE = 5;  // ms, ms, looks in a row: one alone may err
  const context = new AudioContext();
  const ears = new Map();
  const earOf = (peer) => {
    if (!ears.has(peer) && peer.getReceivers().length) {
      const analyser = context.createAnalyser();
      analyser.fftSize = 4096;
      analyser.smoothingTimeConstant = 0;
      for (const receiver of peer.getReceivers())
        context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser);
      ears.set(peer, analyser);
    }
    return ears.get(peer);
  };
  const loudest = (peer) => {
    const ear = peer.connectionState === "connected" && earOf(peer);
    if (!ear) return 0;
    const bins = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(bins);
    let top = 10;
    for (let bin = 10; bin < bins.length; bin += 1) if (bins[bin] > bins[top]) top = bin;
    return bins[top] > -55 ? top * context.sampleRate / ear.fftSize : 0;
  };
  const hears = (hertz, from = 0) =>
    window.peers.slice(from).some((peer) => Math.abs(loudest(peer) - hertz) < 15);
  const until = (isSo, looks = 1) => new Promise((done, failed) => {
    const started = performance.now();
    let inRow = 0;
    const timer = setInterval(() => {
      inRow = isSo() ? inRow + 1 : 0;
      const isOver = inRow >= looks;
      if (!isOver && performance.now() - started < GIVE_UP) return;
      clearInterval(timer);
      if (isOver) done(Date.now());
      else failed(new Error(`Not within ${GIVE_UP} ms: ${isSo}`));
    }, EVERY);
  });
  const find = (selector, text) => Array.from(document.querySelectorAll(selector))
    .find((each) => each.textContent.trim() === text && each.checkVisibility());
  window.shown = (selector, text) => until(() => find(selector, text));
  window.heard = (hertz) => until(() => hears(hertz));
  window.returned = async (hertz) => {
    await until(() => !hears(hertz), GONE);
    return window.heard(hertz);
  };
  window.renewed = (hertz) => {
    const from = window.peers.length;
    return until(() => hears(hertz, from));
  };
})();
"""
PANEL_CONTROLS = "shown('button', 'End call')"
TALKING = "shown('h1, h2', 'Talking')"

Figures = dict[str, list[float]]
Wish = JSHandle  # of something that a page looks for
BUDGETS = {  # seconds
    "panel reloaded: controls": 3.0,
    "panel reloaded: heard both ways": 5.0,
    "call page reloaded: Talking, heard both ways": 10.0,
    "another network: heard both ways on new lines": 5.0,
    "server killed: heard both ways after Ready": 10.0,
    "media node killed, a second one present: longest gap": 4.0,
}


class Call:
    """A caller's page and an agent's panel that talk; both know the detector."""

    def __init__(self, caller: CallerPage, ana: AgentPage, figures: Figures) -> None:
        self.caller, self.ana, self._figures = caller, ana, figures
        caller.call()
        ana.press("Accept call")
        both = begin(caller, f"heard({AGENT_HZ})"), begin(ana, f"heard({CALLER_HZ})")
        latest(*both)

    def panel_reloaded(self) -> None:
        at_caller = begin(self.caller, f"returned({AGENT_HZ})")
        started = self._reload(self.ana)
        controls = begin(self.ana, PANEL_CONTROLS)
        at_agent = begin(self.ana, f"heard({CALLER_HZ})")
        self._note("panel reloaded: controls", latest(controls) - started)
        self._note("panel reloaded: heard both ways", latest(at_agent, at_caller) - started)

    def call_page_reloaded(self) -> None:
        at_agent = begin(self.ana, f"returned({CALLER_HZ})")
        started = self._reload(self.caller)
        talking = begin(self.caller, TALKING)
        at_caller = begin(self.caller, f"heard({AGENT_HZ})")
        ended = latest(talking, at_caller, at_agent)
        self._note("call page reloaded: Talking, heard both ways", ended - started)

    def another_network(self) -> None:
        both = self._on_both("renewed")
        started = time.time()
        for ear in (self.caller, self.ana):
            ear.page.evaluate("window.dispatchEvent(new Event('online'))")
        self._note("another network: heard both ways on new lines", latest(*both) - started)

    @contextmanager
    def server_killed(self) -> Iterator[None]:
        """In the block the server is killed and started again; it ends at Ready."""
        both = self._on_both("returned")
        yield
        ready = time.time()
        self._note("server killed: heard both ways after Ready", latest(*both) - ready)

    def end(self) -> None:
        self.ana.press("End call")
        self.ana.press("Clear contact")
        self.ana.sees("Ready for contacts")
        self.caller.close()

    def _on_both(self, wish: str) -> tuple[Wish, Wish]:
        caller = begin(self.caller, f"{wish}({AGENT_HZ})")
        return caller, begin(self.ana, f"{wish}({CALLER_HZ})")

    @staticmethod
    def _reload(ear: Ear) -> float:
        """From here on it is measured, not from the moment at which the new page is there."""
        started = time.time()
        ear.page.reload(wait_until="commit")
        return started

    def _note(self, what: str, seconds: float) -> None:
        self._figures[what].append(round(max(0.0, seconds), 2))


def begin(ear: Ear, wish: str) -> Wish:
    """The page begins to look; nothing is waited for."""
    return ear.page.evaluate_handle(f"() => ({{ until: {wish} }})")


def latest(*wishes: Wish) -> float:
    """When the last of them came true, by the pages' clock, which is this machine's."""
    return max(float(wish.evaluate("({ until }) => until")) for wish in wishes) / 1000


def in_browsers(folder: Path, figures: Figures, *, rounds: int) -> None:
    """Whatever fails, servers and browsers are gone afterwards."""
    with sync_playwright() as playwright, ExitStack() as stack:
        voices = [write_tone(folder / f"{hertz}.wav", hertz) for hertz in (CALLER_HZ, AGENT_HZ)]
        callers, agents = (stack.enter_context(launch(playwright, voice=voice)) for voice in voices)
        server = stack.enter_context(LiveServer(folder))
        ana = available(AgentPage(agents, server.url))
        for _ in range(rounds):
            call = Call(at_call_page(callers, server.url), ana, figures)
            call.panel_reloaded()
            call.call_page_reloaded()
            call.another_network()
            with call.server_killed():
                server.kill()
                server = stack.enter_context(LiveServer(folder, port=server.port))
            call.end()


def available(ana: AgentPage) -> AgentPage:
    ana.page.add_init_script(DETECTOR)
    ana.sign_in("ana", to=PANEL)
    ana.choose("Available")
    ana.sees("Ready for contacts")
    return ana


def at_call_page(browser: Browser, url: str) -> CallerPage:
    caller = CallerPage(browser, url)
    caller.page.add_init_script(DETECTOR)
    caller.page.reload()
    return caller


def over_nodes(folder: Path, figures: Figures, *, rounds: int) -> None:
    with Scaled(folder, media=2) as site:
        for _ in range(rounds):
            with Talk(site) as talk:
                node = next(member for member in site.media if member.name == talk.node)
                node.kill()
                talk.goes_on(seconds=6)
                gaps = talk.caller_hangs_up().longest_gap, talk.agent_said().longest_gap
                assert None not in gaps, "a robot heard nothing at all"
                figures["media node killed, a second one present: longest gap"].append(max(gaps))
            node.start()
            node.wait_until_ready()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    figures: Figures = {what: [] for what in BUDGETS}
    with tempfile.TemporaryDirectory(prefix="connect-comebacks-") as folder:
        for work in (in_browsers, over_nodes):
            own = Path(folder) / work.__name__
            own.mkdir()
            work(own, figures, rounds=rounds)
    print(json.dumps({"budgets": BUDGETS, "seconds": figures}))


if __name__ == "__main__":
    main()
