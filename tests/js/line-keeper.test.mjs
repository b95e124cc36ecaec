import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeAudio, FakePeer, microphone, settled, useBrowser } from "./browser.mjs";

useBrowser();
const { LineKeeper } = await import("../../static/connect/js/lib/line-keeper.js");
const { Stale } = await import("../../static/connect/js/lib/webrtc.js");

/** A server that takes one offer for each generation, as the real one does. */
class FakeServer {
  generation = 1;
  negotiated = false;
  offers = [];

  async negotiate({ generation }, sdp) {
    this.offers.push([generation, sdp]);
    if (generation === this.generation && !this.negotiated) {
      this.negotiated = true;
      return `answer for ${generation}`;
    }
    if (generation === this.generation) this.move();
    throw new Stale(this.generation);
  }
  move() {
    this.generation++;
    this.negotiated = false;
    return { connection: "c", generation: this.generation };
  }
}

let server, keeper, audio, opened, stream, track;

beforeEach(() => {
  useBrowser();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  [server, audio, opened] = [new FakeServer(), [], 0];
  stream = microphone();
  [track] = stream.getAudioTracks();
  keeper = new LineKeeper({
    negotiate: (leg, sdp) => server.negotiate(leg, sdp),
    microphone: async () => (opened++, stream),
    onStream: () => {},
    onAudio: (state) => audio.push(state),
    onFailure: () => {},
  });
});

async function talk() {
  keeper.follow({ connection: "c", generation: server.generation });
  await settled();
  FakePeer.all.at(-1).become("connected");
}

test("the line the server names is built once, however often it is named", async () => {
  await talk();
  keeper.follow({ connection: "c", generation: 1 });
  await settled();
  assert.deepEqual(server.offers, [[1, "offer 0"]]);
  assert.equal(FakePeer.all[0].answer, "answer for 1");
  assert.deepEqual(audio, ["fine"]);
});

test("a page that is loaded anew is refused once and offers the same for the next generation", async () => {
  server.negotiated = true;
  await talk();
  assert.deepEqual(server.offers, [[1, "offer 0"], [2, "offer 0"]]);
  assert.equal(FakePeer.all.length, 1);
});

test("a higher generation brings a new line at once; the microphone stays open, the old line until the new one is up", async () => {
  await talk();
  keeper.follow(server.move());
  await settled();
  const [old, fresh] = FakePeer.all;
  assert.deepEqual(server.offers.at(-1), [2, "offer 1"]);
  assert.equal(old.connectionState, "connected");
  fresh.become("connected");
  assert.equal(old.connectionState, "closed");
  assert.equal(opened, 1);
  assert.equal(track.readyState, "live");
});

test("a path that breaks off has two seconds to come back by itself", async () => {
  await talk();
  FakePeer.all[0].become("disconnected");
  mock.timers.tick(1999);
  FakePeer.all[0].become("connected");
  mock.timers.tick(60000);
  await settled();
  assert.equal(FakePeer.all.length, 1);
  assert.deepEqual(audio, ["fine", "lost", "fine"]);
});

test("a path that stays broken off for two seconds gets a line of a new generation (R-05)", async () => {
  await talk();
  FakePeer.all[0].become("disconnected");
  mock.timers.tick(2000);
  await settled();
  assert.deepEqual(server.offers.slice(1), [[1, "offer 1"], [2, "offer 1"]]);
});

test("a failed path gets a new line at once", async () => {
  await talk();
  FakePeer.all[0].become("failed");
  await settled();
  assert.equal(server.generation, 2);
});

test("the server's goodbye to a line that is still wanted brings a new one after two seconds", async () => {
  await talk();
  FakePeer.all[0].sayGoodbye();
  await settled();
  assert.equal(server.offers.length, 1);
  mock.timers.tick(2000);
  await settled();
  assert.equal(server.generation, 2);
});

test("what happens to a replaced line means nothing any more", async () => {
  await talk();
  keeper.follow(server.move());
  await settled();
  FakePeer.all[0].sayGoodbye();
  FakePeer.all[0].become("failed");
  FakePeer.all[1].become("connected");
  mock.timers.tick(60000);
  await settled();
  assert.equal(FakePeer.all.length, 2);
  assert.deepEqual(audio, ["fine", "fine"]);
});

test("a line that never comes up is given up for another", async () => {
  keeper.follow({ connection: "c", generation: 1 });
  await settled();
  mock.timers.tick(8000);
  await settled();
  assert.equal(server.generation, 2);
});

test("a server that cannot be reached is asked again each second", async () => {
  const answer = server.negotiate.bind(server);
  server.negotiate = async () => {
    throw new Error("unreachable");
  };
  keeper.follow({ connection: "c", generation: 1 });
  await settled();
  assert.deepEqual(audio, ["lost"]);
  server.negotiate = answer;
  mock.timers.tick(1000);
  await settled();
  assert.equal(FakePeer.all.at(-1).answer, "answer for 1");
});

test("no leg: the line is closed and the microphone with it, even one that was just being opened", async () => {
  keeper.follow({ connection: "c", generation: 1 });
  keeper.follow(null);
  await settled();
  assert.equal(track.readyState, "ended");
  assert.deepEqual(server.offers, []);
});

test("silence holds in both directions, for the next line too, and mute outlives it", async () => {
  await talk();
  keeper.setMuted(true);
  keeper.setSilent(true);
  keeper.follow(server.move());
  await settled();
  assert.equal(track.enabled, false);
  keeper.setSilent(false);
  assert.equal(track.enabled, false);
  keeper.setMuted(false);
  assert.equal(track.enabled, true);
});

/** The server's answer is held back until the test gives it. */
function heldAnswer() {
  let give;
  server.negotiate = () => new Promise((resolve) => (give = resolve));
  return () => give("answer");
}

test("a microphone that is replaced while a line is being built speaks on that line too", async () => {
  await talk();
  const answer = heldAnswer();
  keeper.follow(server.move());
  await settled();
  const other = microphone();
  await keeper.useMicrophone(other);
  answer();
  await settled();
  assert.equal(FakePeer.all[1].tracks[0], other.getAudioTracks()[0]);
});

test("a leg that is gone before the answer to its offer has taken effect leaves no line", async () => {
  const answer = heldAnswer();
  keeper.follow({ connection: "c", generation: 1 });
  await settled();
  FakePeer.all[0].setRemoteDescription = async () => keeper.follow(null);
  answer();
  await settled();
  assert.equal(keeper.line, null);
  assert.equal(FakePeer.all[0].connectionState, "closed");
});

test("a microphone that opens when the call is over is closed again", async () => {
  await talk();
  keeper.follow(null);
  const late = microphone();
  await keeper.useMicrophone(late);
  assert.equal(late.getAudioTracks()[0].readyState, "ended");
});

/** A line that has come up in a browser that wants a press first. */
async function talkUnheard() {
  FakeAudio.isAllowed = false;
  keeper.follow({ connection: "c", generation: 1 });
  await settled();
  FakePeer.all[0].bring({});
  await settled();
  FakePeer.all[0].become("connected");
}

test("a browser that plays nothing yet is told, and goes on being told when the line is up", async () => {
  await talkUnheard();
  assert.deepEqual(audio, ["blocked"]);
});

test("the next press plays what was held back, a press that is not enough leaves it to the one after", async () => {
  await talkUnheard();
  document.dispatchEvent(new Event("pointerdown"));
  await settled();
  assert.deepEqual(audio, ["blocked"]);
  FakeAudio.isAllowed = true;
  document.dispatchEvent(new Event("keydown"));
  await settled();
  assert.deepEqual([audio, FakeAudio.all[0].plays], [["blocked", "fine"], true]);
});
