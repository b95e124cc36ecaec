import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakePeer, settled, useBrowser } from "./browser.mjs";
import { snapshot, talking } from "./samples.mjs";

useBrowser();
const { endCall } = await import("../../static/connect/js/ccp/ending.js");
const { initial, reduce, wantedLeg } = await import("../../static/connect/js/ccp/reducer.js");
const { Softphone } = await import("../../static/connect/js/ccp/softphone.js");
const { softphoneDoors } = await import("../../static/connect/js/ccp/softphone-doors.js");
const { Refusal } = await import("../../static/connect/js/lib/socket.js");
const { createStore } = await import("../../static/connect/js/lib/store.js");

const unreachable = new Refusal({ code: "unreachable", message: "The server cannot be reached." });
let devices, store, app;

/** An agent who talks when the session ends: nobody answers this page any more. */
beforeEach(async () => {
  ({ devices } = useBrowser());
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  store = createStore(reduce, initial);
  const isAway = () => store.get().link === "closed";
  app = { store, complain: () => {}, socket: { ask: async () => (isAway() ? Promise.reject(unreachable) : { sdp: "answer" }) } };
  const softphone = new Softphone(softphoneDoors(app));
  store.subscribe((next) => softphone.sync(wantedLeg(next), { muted: false, silent: next.ending !== "" }));
  store.dispatch({ type: "link.open" });
  store.dispatch(snapshot(1, talking()));
  await settled();
  FakePeer.all[0].become("connected");
  store.dispatch({ type: "link.closed", code: 4409 });
});

const microphone = () => devices.last.getAudioTracks()[0].readyState;

async function pass(seconds) {
  for (let second = 0; second < seconds; second++) {
    mock.timers.tick(1000);
    await settled();
  }
}

test("a call goes on when the session ends, and its path may break off for a moment", async () => {
  FakePeer.all[0].become("disconnected");
  await pass(1);
  FakePeer.all[0].become("connected");
  await pass(60);
  assert.deepEqual([store.get().ending, microphone(), FakePeer.all.length], ["", "live", 1]);
});

test("the end of such a call, by the other side too, closes its line, and no other is tried", async () => {
  FakePeer.all[0].sayGoodbye();
  await pass(60);
  assert.deepEqual([store.get().ending, microphone(), FakePeer.all.length], ["unheard", "ended", 2]);
  assert.deepEqual(FakePeer.all.map((peer) => peer.connectionState), ["closed", "closed"]);
});

test("End call closes the line of such a call at once", async () => {
  await endCall(app, "c-1");
  assert.deepEqual([store.get().ending, microphone(), FakePeer.all[0].connectionState], ["unheard", "ended", "closed"]);
});
