import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { settled, useBrowser } from "./browser.mjs";

/** An element of the form: keeps its attributes and is pressed by the test. */
class FakeElement {
  #attributes = new Map();
  #act = () => {};
  value = "";

  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }
  setAttribute(name, value) {
    this.#attributes.set(name, value);
  }
  addEventListener(_kind, act) {
    this.#act = act;
  }
  press() {
    this.#act();
  }
}

let listening = 0;
globalThis.HTMLElement = FakeElement;
globalThis.AnalyserNode = class {
  fftSize = 4;
  getFloatTimeDomainData() {}
};
globalThis.AudioContext = class {
  constructor() {
    listening++;
  }
  createMediaStreamSource() {
    return { connect: () => {} };
  }
  async close() {
    listening--;
  }
};
useBrowser();
const { Settings } = await import("../../static/connect/js/ccp/settings.js");

let devices, settings, button, streams, complaints;

beforeEach(() => {
  ({ devices } = useBrowser());
  [streams, complaints, listening] = [[], [], 0];
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async () => {
    const stream = await open();
    streams.push(stream);
    return stream;
  };
  const parts = {};
  const root = { querySelector: (selector) => (parts[selector] ??= new FakeElement()) };
  settings = new Settings(root, { complain: (text) => complaints.push(text) });
  button = parts['[data-part="microphone-test"]'];
});

const live = () => streams.filter((stream) => stream.getTracks()[0].readyState === "live").length;

test("a double click on Test is one test, and the next click ends it", async () => {
  button.press();
  button.press();
  await settled();
  assert.deepEqual([live(), listening, button.getAttribute("aria-pressed")], [1, 1, "true"]);
  button.press();
  assert.deepEqual([live(), listening, button.getAttribute("aria-pressed")], [0, 0, "false"]);
});

test("Settings that are left while the browser still asks open no microphone", async () => {
  button.press();
  settings.close();
  await settled();
  assert.deepEqual([streams.length, live(), listening], [1, 0, 0]);
});

test("a test that nobody waits for any more does not complain", async () => {
  devices.error = "NotAllowedError";
  button.press();
  settings.close();
  await settled();
  assert.deepEqual(complaints, []);
  button.press();
  await settled();
  assert.match(complaints[0], /microphone is blocked/);
});
