import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakePeer, settled, useBrowser } from "./browser.mjs";

useBrowser();
const { Softphone } = await import("../../static/connect/js/ccp/softphone.js");

const READY = { ready: true, error: null };
const AUDIBLE = { muted: false, silent: false };
const leg = { connection: "c", generation: 1 };
let devices, permission, softphone, told, offers;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  ({ devices, permission } = useBrowser());
  [told, offers] = [[], 0];
  softphone = new Softphone({
    negotiate: async () => `answer ${++offers}`,
    onReadiness: (readiness) => told.push(readiness),
    onAudio: () => {},
    onFailure: () => {},
  });
});

async function talk() {
  await softphone.prepare();
  softphone.sync(leg, AUDIBLE);
  await settled();
  FakePeer.all[0].become("connected");
}

const sent = () => FakePeer.all.at(-1).tracks[0].readyState;
const lastTold = () => told.at(-1);

test("a headset that goes in mid-call is told, and so is its coming back", async () => {
  await talk();
  await devices.unplug();
  assert.deepEqual(lastTold(), { ready: false, error: "microphone_not_found" });
  devices.error = null;
  devices.dispatchEvent(new Event("devicechange"));
  await settled();
  assert.deepEqual([sent(), lastTold()], ["live", READY]);
  assert.equal(offers, 1);
});

test("Try again opens the microphone of a call that has lost it", async () => {
  await talk();
  await devices.unplug();
  assert.equal(await softphone.prepare(), false);
  devices.error = null;
  assert.equal(await softphone.prepare(), true);
  assert.deepEqual([sent(), lastTold()], ["live", READY]);
});

test("permission that is given again in mid-call opens the microphone", async () => {
  await talk();
  await devices.unplug();
  devices.error = null;
  permission.onchange();
  await settled();
  assert.deepEqual([sent(), lastTold()], ["live", READY]);
});

test("a microphone chosen in Settings in the place of a lost one is told", async () => {
  await talk();
  await devices.unplug();
  devices.error = null;
  await softphone.useChosenDevices();
  assert.deepEqual([sent(), lastTold()], ["live", READY]);
});

test("a line that lost its path while no microphone was there comes up when there is one again", async () => {
  await talk();
  await devices.unplug();
  FakePeer.all[0].become("failed");
  await settled();
  assert.equal(offers, 1);
  devices.error = null;
  await softphone.prepare();
  await settled();
  assert.equal(offers, 2);
});

test("a call that finds its microphone tells that it is there", async () => {
  devices.error = "NotReadableError";
  await softphone.prepare();
  devices.error = null;
  softphone.sync(leg, AUDIBLE);
  await settled();
  assert.deepEqual(lastTold(), READY);
});

test("a microphone that works is not opened a second time, whatever device comes or goes", async () => {
  await talk();
  const { opened } = devices;
  devices.dispatchEvent(new Event("devicechange"));
  await settled();
  assert.deepEqual([devices.opened, offers, lastTold()], [opened, 1, READY]);
});
