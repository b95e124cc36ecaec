"""How long people hear nothing when something breaks: real browsers and robots, whole servers.

    python -m tests.benchmarks.comebacks --rounds 3

Prints one JSON line: for each thing that happens the seconds of every round and the budget.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.live.browsers import AgentPage, CallerPage, launch, write_tone
from tests.live.conftest import AGENT_HZ, CALLER_HZ
from tests.live.scaled import Scaled
from tests.live.server import LiveServer
from tests.live.talks import Talk

# Looks every 20 ms whether a tone is the loudest thing on the page's lines (browsers.EAR).
# `heard` waits for it, `returned` for its end and then for it again, `renewed` for a new line.
DETECTOR = """
(() => {
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
  const until = (isSo) => new Promise((done) => {
    const timer = setInterval(() => {
      if (!isSo()) return;
      clearInterval(timer);
      done(Date.now());
    }, 20);
  });
  window.heard = (hertz) => until(() => hears(hertz));
  window.returned = async (hertz) => {
    await until(() => !hears(hertz));
    return window.heard(hertz);
  };
  window.renewed = (hertz) => {
    const from = window.peers.length;
    return until(() => hears(hertz, from));
  };
})();
"""

Figures = dict[str, list[float]]
BUDGETS = {  # seconds
    "panel reloaded: controls": 3.0,
    "panel reloaded: heard both ways": 5.0,
    "call page reloaded: heard both ways": 10.0,
    "another network: heard both ways on new lines": 5.0,
    "server killed: heard both ways after Ready": 10.0,
    "media node killed, a second one present: longest gap": 4.0,
}


class Call:
    """A caller's page and an agent's panel that talk."""

    def __init__(self, caller: CallerPage, ana: AgentPage, figures: Figures) -> None:
        self.caller, self.ana, self._figures = caller, ana, figures
        for ear in (caller, ana):
            ear.page.add_init_script(DETECTOR)
            ear.page.evaluate(DETECTOR)
        caller.call()
        ana.press("Accept call")
        self._wait(caller, f"heard({AGENT_HZ})")
        self._wait(ana, f"heard({CALLER_HZ})")

    def panel_reloaded(self) -> None:
        self._begin(self.caller, f"returned({AGENT_HZ})")
        started = time.time()
        self.ana.page.reload(wait_until="commit")
        self.ana.offers("End call")
        self._note("panel reloaded: controls", time.time() - started)
        ends = self._wait(self.ana, f"heard({CALLER_HZ})"), self._wait(self.caller, "waiting")
        self._note("panel reloaded: heard both ways", max(ends) - started)

    def call_page_reloaded(self) -> None:
        self._begin(self.ana, f"returned({CALLER_HZ})")
        started = time.time()
        self.caller.page.reload(wait_until="commit")
        ends = self._wait(self.caller, f"heard({AGENT_HZ})"), self._wait(self.ana, "waiting")
        self._note("call page reloaded: heard both ways", max(ends) - started)

    def another_network(self) -> None:
        for ear, hertz in ((self.caller, AGENT_HZ), (self.ana, CALLER_HZ)):
            self._begin(ear, f"renewed({hertz})")
        started = time.time()
        for ear in (self.caller, self.ana):
            ear.page.evaluate("window.dispatchEvent(new Event('online'))")
        ends = [self._wait(ear, "waiting") for ear in (self.caller, self.ana)]
        self._note("another network: heard both ways on new lines", max(ends) - started)

    @contextmanager
    def server_killed(self) -> Iterator[None]:
        """In the block the server is started again."""
        for ear, hertz in ((self.caller, AGENT_HZ), (self.ana, CALLER_HZ)):
            self._begin(ear, f"returned({hertz})")
        yield
        ready = time.time()
        ends = [self._wait(ear, "waiting") for ear in (self.caller, self.ana)]
        self._note("server killed: heard both ways after Ready", max(0.0, max(ends) - ready))

    def end(self) -> None:
        self.ana.press("End call")
        self.ana.press("Clear contact")
        self.ana.sees("Ready for contacts")

    @staticmethod
    def _begin(ear: Any, script: str) -> None:
        ear.page.evaluate(f"() => {{ window.waiting = {script}; }}")

    @staticmethod
    def _wait(ear: Any, script: str) -> float:
        return float(ear.page.evaluate(f"() => {script}")) / 1000

    def _note(self, what: str, seconds: float) -> None:
        self._figures[what].append(round(seconds, 2))


def in_browsers(folder: Path, figures: Figures, *, rounds: int) -> None:
    with sync_playwright() as playwright:
        voices = [write_tone(folder / f"{hertz}.wav", hertz) for hertz in (CALLER_HZ, AGENT_HZ)]
        callers, agents = (launch(playwright, voice=voice) for voice in voices)
        server = LiveServer(folder)
        server.__enter__()
        ana = AgentPage(agents, server.url)
        ana.sign_in("ana")
        ana.open_panel()
        ana.choose("Available")
        for _ in range(rounds):
            call = Call(CallerPage(callers, server.url), ana, figures)
            call.panel_reloaded()
            call.call_page_reloaded()
            call.another_network()
            with call.server_killed():
                server.kill()
                server = LiveServer(folder, port=server.port)
                server.__enter__()
            call.end()
            call.caller.close()
        callers.close()
        agents.close()
        server.__exit__(None, None, None)


def over_nodes(folder: Path, figures: Figures, *, rounds: int) -> None:
    with Scaled(folder, media=2) as site:
        for _ in range(rounds):
            with Talk(site) as talk:
                node = next(member for member in site.media if member.name == talk.node)
                node.kill()
                talk.goes_on(seconds=6)
                gaps = talk.caller_hangs_up().longest_gap, talk.agent_said().longest_gap
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
