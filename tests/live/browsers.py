"""Browsers with a voice: each speaks one pure tone, and what it hears is measured by spectrum."""

import math
import struct
import wave
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, expect

from tests.live.server import PASSWORD
from tests.programs import program

expect.set_options(timeout=60_000)

# Background traffic is off: nothing may leave the machine (P-06).
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
# Remembers the page's peer connections and measures the spectrum of what they receive.
EAR = """
(() => {
  const Native = window.RTCPeerConnection;
  const peers = [];
  window.RTCPeerConnection = class extends Native {
    constructor(...args) { super(...args); peers.push(this); }
  };
  window.peers = peers;
  window.lines = () => peers.map((peer) => peer.connectionState);
  window.spectrum = async (milliseconds) => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 16384;
    analyser.smoothingTimeConstant = 0;
    for (const peer of peers.filter((each) => each.connectionState !== "closed"))
      for (const receiver of peer.getReceivers())
        context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser);
    // By the sound's own clock: what nobody has rendered yet would count as silence.
    while (context.currentTime < milliseconds / 1000)
      await new Promise((done) => setTimeout(done, 20));
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    await context.close();
    const levels = Array.from(bins, (bin) => Math.max(bin, -200));
    return { hertz: context.sampleRate / analyser.fftSize, bins: levels };
  };
})();
"""
LISTEN_MS = 700
PANEL = "ccp-v2/?raw-audio=1"
AUDIBLE = -55.0  # dBFS of the strongest bin; silence and comfort noise stay far below
SOUND = AUDIBLE - 5  # dBFS of anything that people are to hear
STEADY = 6.0  # dB between two looks: the tone does not begin in the middle of one
APART = 25.0  # dB by which a tone that must not be heard has to fall


def write_tone(path: Path, hertz: int) -> Path:
    """Ten seconds of a sine that loops without a click, 48 kHz mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        samples = (6000 * math.sin(2 * math.pi * hertz * n / 48_000) for n in range(480_000))
        file.writeframes(b"".join(struct.pack("<h", int(sample)) for sample in samples))
    return path


def launch(playwright: Playwright, *, voice: Path | None, is_granted: bool = True) -> Browser:
    """Chromium that speaks the file; without one its fake microphone beeps."""
    flags = [*QUIET, "--use-fake-device-for-media-stream"]
    if is_granted:
        flags.append("--use-fake-ui-for-media-stream")
    if voice is not None:
        flags.append(f"--use-file-for-fake-audio-capture={voice}")
    return playwright.chromium.launch(executable_path=program("chromium"), args=flags)


class Ear:
    """What a page hears."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def _spectrum(self) -> tuple[float, list[float]]:
        measured: dict[str, Any] = self.page.evaluate(f"spectrum({LISTEN_MS})")
        return measured["hertz"], measured["bins"]

    def loudest(self) -> tuple[float, float]:
        """(hertz, dBFS) of the strongest bin above 100 Hz."""
        width, bins = self._spectrum()
        first = int(100 / width)
        peak = max(range(first, len(bins)), key=bins.__getitem__)
        return peak * width, bins[peak]

    def level(self, hertz: float) -> float:
        """dBFS at a frequency."""
        width, bins = self._spectrum()
        place = round(hertz / width)
        return max(bins[place - 2 : place + 3])

    def wait_for_sound(self) -> None:
        """Listen until there is any, whatever it is."""
        for _ in range(80):
            _hertz, level = self.loudest()
            if level > SOUND:
                return
        raise AssertionError(f"Nothing is heard ({level:.0f} dB)")

    def wait_for_tone(self, hertz: float) -> float:
        """Listen until the tone is the loudest thing; returns its level once that is steady."""
        before = -200.0
        for _ in range(80):
            heard, level = self.loudest()
            if abs(heard - hertz) < 8 and level > AUDIBLE:
                if abs(level - before) < STEADY:
                    return level
                before = level
        raise AssertionError(
            f"{hertz} Hz was never heard; the last was {heard:.0f} Hz, {level:.0f} dB"
        )

    def wait_for_other_than(self, hertz: float, *, was: float) -> None:
        """Listen until something is heard in which the tone has fallen far below what it was."""
        for _ in range(80):
            _heard, loudest = self.loudest()
            if loudest > AUDIBLE - 15 and self.level(hertz) < was - APART:
                return
        raise AssertionError(f"{hertz} Hz is still heard, or nothing is ({loudest:.0f} dB)")

    def wait_for_silence_at(self, hertz: float, *, was: float) -> None:
        """Listen until the tone has fallen far below what it was."""
        for _ in range(80):
            if self.level(hertz) < was - APART:
                return
        raise AssertionError(f"{hertz} Hz is still heard")


class CallerPage(Ear):
    """Somebody on the call page."""

    def __init__(self, browser: Browser, url: str) -> None:
        page = browser.new_context(locale="en-US").new_page()
        page.add_init_script(EAR)
        super().__init__(page)
        page.goto(f"{url}/demo/call?raw-audio=1")

    def call(self, *, own_number: str = "") -> None:
        if own_number:
            self.page.get_by_label("Your number (optional)").fill(own_number)
        self.page.get_by_role("button", name="Call", exact=True).click()

    def hang_up(self) -> None:
        self.page.get_by_role("button", name="Hang up").click()

    def close(self) -> None:
        self.page.context.close()


class AgentPage(Ear):
    """An agent in the panel; `press` finds controls by their accessible names."""

    def __init__(self, browser: Browser, url: str, *, width: int = 400, height: int = 700) -> None:
        viewport = {"width": width, "height": height}
        page = browser.new_context(locale="en-US", viewport=viewport).new_page()  # type: ignore[arg-type]
        page.add_init_script(EAR)
        super().__init__(page)
        self._url = url

    def sign_in(
        self, username: str, *, instance: str = "demo", password: str = PASSWORD, to: str = "login"
    ) -> None:
        """`to`: the page that is asked for; others than the log-in page lead to it and back."""
        self.page.goto(f"{self._url}/{instance}/{to}")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def choose(self, status: str) -> None:
        self.page.get_by_role("button", name="Agent status").click()
        self.page.get_by_role("menuitemradio", name=status).click()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def offers(self, name: str) -> None:
        expect(self.page.get_by_role("button", name=name, exact=True)).to_be_visible()

    def close(self) -> None:
        self.page.context.close()
