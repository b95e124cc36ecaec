"""The audio of the panel: one line for the leg the server names; its far end is a second page."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.panel_driver import BROWSER, FakeServer, Preview, serve_socket
from tests.browser.samples import PANELS

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)

LEG = {"connection": "11111111-2222-4333-8444-555555555555", "generation": 3}
# The far end: answers the offer, sends a tone of its own and counts what it hears.
PEER = """
async (sdp) => {
  const peer = new RTCPeerConnection({ iceServers: [] });
  window.peer = peer;
  // What nobody plays is not decoded, and then its energy is not counted.
  peer.ontrack = ({ track }) => {
    const player = new Audio();
    player.srcObject = new MediaStream([track]);
    player.play();
  };
  await peer.setRemoteDescription({ type: "offer", sdp });
  const audio = new AudioContext();
  const out = audio.createMediaStreamDestination();
  const tone = new OscillatorNode(audio, { frequency: 440 });
  tone.connect(out);
  tone.start();
  const [first] = peer.getTransceivers();
  await first.sender.replaceTrack(out.stream.getAudioTracks()[0]);
  for (const transceiver of peer.getTransceivers()) transceiver.direction = "sendrecv";
  await peer.setLocalDescription(await peer.createAnswer());
  await new Promise((done) => {
    if (peer.iceGatheringState === "complete") done();
    peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
  });
  return peer.localDescription.sdp;
}
"""
KEEP_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...settings) {
    super(...settings);
    window.peers.push(this);
  }
};
"""
NOTE_TONES = """
() => {
  window.tones = "";
  for (const { dtmf } of window.peers[0].getSenders())
    dtmf?.addEventListener("tonechange", ({ tone }) => (window.tones += tone));
}
"""
LEVEL = """
async () => {
  const stats = [...(await window.peer.getStats()).values()];
  const heard = stats.filter((row) => row.type === "inbound-rtp");
  return heard.reduce((sum, row) => sum + (row.totalAudioEnergy || 0), 0);
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**BROWSER)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Preview() as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": 400, "height": 700}).new_page()
    yield page
    page.context.close()


def _offer(page: Page, server: FakeServer) -> dict[str, Any]:
    for _ in range(400):
        for message in server.heard:
            if message["type"] == "media.offer":
                return message
        page.wait_for_timeout(50)
    raise AssertionError("The panel sent no offer.")


def _until(page: Page, condition: str) -> None:
    """Playwright's own waiting evaluates text inside the page, which the content policy forbids."""
    for _ in range(400):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Never came true: {condition}")


def _open(page: Page, address: str) -> FakeServer:
    server = serve_socket(page, {**PANELS["connected"], "media": LEG})
    page.goto(f"{address}/demo/ccp-v2/?raw-audio=1")
    return server


def _talk(page: Page, address: str) -> tuple[FakeServer, Page]:
    """A connected call and the page in which its other end lives."""
    server = _open(page, address)
    offer = _offer(page, server)
    far = page.context.new_page()
    far.goto(f"{address}/demo/help/")
    server.reply(
        {"type": "media.answer", "id": offer["id"], "sdp": far.evaluate(PEER, offer["sdp"])}
    )
    _until(far, "() => window.peer.connectionState === 'connected'")
    return server, far


def _energy(far: Page) -> float:
    return float(far.evaluate(LEVEL))


def _is_quiet(far: Page) -> bool:
    """Whether nothing was heard in a span in which the browser's fake microphone beeps twice."""
    before = _energy(far)
    far.wait_for_timeout(2500)
    return _energy(far) - before < 1e-6


def test_the_offer_names_the_leg_and_has_one_line_out_and_four_in(page: Page, address: str) -> None:
    offer = _offer(page, _open(page, address))
    assert {key: offer[key] for key in LEG} == LEG
    sdp = offer["sdp"]
    assert sdp.count("m=audio") == 4
    assert sdp.count("a=sendrecv") == 1
    assert sdp.count("a=recvonly") == 3
    assert "telephone-event" in sdp
    assert "a=candidate" in sdp


def test_both_ends_hear_each_other_and_mute_is_silent_at_once(page: Page, address: str) -> None:
    """SR-005. Mute takes effect here, whatever the server does."""
    _, far = _talk(page, address)
    _until(far, f"async () => (await ({LEVEL})()) > 0")
    _until(
        page,
        "() => [...document.querySelectorAll('audio')].some((player) => player.currentTime > 0)",
    )
    page.get_by_role("button", name="Mute").click()
    expect(page.get_by_role("button", name="Unmute")).to_be_visible()
    assert any(_is_quiet(far) for _ in range(6))  # the first second may hold what was on its way


def test_a_digit_leaves_as_an_event_and_is_shown(page: Page, address: str) -> None:
    """The browser says each tone when it sends it."""
    page.add_init_script(KEEP_PEERS)
    _, far = _talk(page, address)
    page.evaluate(NOTE_TONES)
    page.get_by_role("button", name="Keypad").click()
    page.get_by_role("button", name="5", exact=True).click()
    page.keyboard.press("9")
    expect(page.get_by_label("Digits sent")).to_have_text("59")
    _until(page, "() => window.tones === '59'")
    assert far.evaluate("window.peer.connectionState") == "connected"


def test_the_line_closes_when_the_server_names_no_leg(page: Page, address: str) -> None:
    page.add_init_script(KEEP_PEERS)
    server, _ = _talk(page, address)
    _until(page, "() => window.peers[0].connectionState === 'connected'")
    server.show(PANELS["acw"])
    expect(page.locator("audio")).to_have_count(0)
    assert page.evaluate("window.peers.map((peer) => peer.connectionState)") == ["closed"]
    microphone = "window.peers[0].getSenders()[0].track?.readyState ?? 'ended'"
    assert page.evaluate(microphone) == "ended"


def test_a_new_generation_of_the_leg_gets_a_line_of_its_own(page: Page, address: str) -> None:
    server, _ = _talk(page, address)
    server.heard.clear()
    server.show({**PANELS["connected"], "media": {**LEG, "generation": 4}})
    assert _offer(page, server)["generation"] == 4


def test_the_same_leg_is_not_offered_twice(page: Page, address: str) -> None:
    server, _ = _talk(page, address)
    server.heard.clear()
    server.show({**PANELS["hold"], "media": LEG})
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert [message for message in server.heard if message["type"] == "media.offer"] == []


def test_the_caller_reads_why_a_call_was_refused(page: Page, address: str) -> None:
    heard: list[dict[str, Any]] = []
    refusal = {
        "type": "refused",
        "code": "too_many_calls",
        "message": "All lines are busy. Call again later.",
    }

    def attach(route: Any) -> None:
        def receive(text: str) -> None:
            heard.append(json.loads(text))
            route.send(json.dumps(refusal))

        route.on_message(receive)

    page.route_web_socket("**/ws/demo/call", attach)
    page.goto(f"{address}/demo/call")
    page.get_by_label("Your number").fill("+1 206-555-0123")
    page.get_by_role("button", name="Call").click()
    expect(page.get_by_text("All lines are busy. Call again later.").first).to_be_visible()
    assert heard[0]["number"] == "+12065550100"
    assert heard[0]["from"] == "+12065550123"
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_visible()
