import assert from "node:assert/strict";
import test from "node:test";
import { INITIAL, holdsWithin, reduce } from "../../static/connect/js/contacts/state.js";
import { bars, height, pathOf } from "../../static/connect/js/contacts/waves.js";
import { clockOf, spokenLength, spokenTime, statusOf } from "../../static/connect/js/contacts/words.js";

const RECORDING = {
  state: "available",
  is_partial: false,
  participants: ["agent", "customer"],
  started_at: "2026-11-22T10:00:00Z",
  duration_ms: 348_000,
  url: "/demo/recordings/x",
  peaks: null,
};
const READY = reduce(INITIAL, { type: "fetched", recording: RECORDING });
const after = (state, ...messages) => messages.reduce(reduce, state);

test("each state of a recording has its own phase and sentence", () => {
  const phases = { recording: "recording", stopped: "preparing", failed: "failed", deleted: "deleted" };
  const sentences = new Set();
  for (const [state, phase] of Object.entries(phases)) {
    const found = reduce(INITIAL, { type: "fetched", recording: { ...RECORDING, state, url: null } });
    assert.equal(found.phase, phase);
    sentences.add(statusOf(found));
  }
  assert.equal(sentences.size, 4);
  assert.equal(READY.phase, "ready");
  assert.equal(statusOf(READY), "");
});

test("a partial recording can be played and says that it ends early", () => {
  const partial = reduce(INITIAL, { type: "fetched", recording: { ...RECORDING, is_partial: true } });
  assert.equal(partial.phase, "ready");
  assert.match(statusOf(partial), /ends early/);
});

test("a deleted recording says why", () => {
  const gone = reduce(INITIAL, { type: "fetched", recording: { ...RECORDING, state: "deleted", url: null, deleted_reason: "wish of the customer" } });
  assert.match(statusOf(gone), /wish of the customer/);
});

test("an available recording without a link is for others", () => {
  assert.equal(reduce(INITIAL, { type: "fetched", recording: { ...RECORDING, url: null } }).phase, "refused");
});

test("refusals are told apart", () => {
  const phase = (status) => reduce(INITIAL, { type: "refused", status }).phase;
  assert.deepEqual([401, 403, 404, 500].map(phase), ["signed_out", "refused", "none", "unreachable"]);
});

test("no skip leads out of the recording", () => {
  assert.equal(after(READY, { type: "skip", by: -10 }).position, 0);
  assert.equal(after(READY, { type: "seek", position: 344 }, { type: "skip", by: 10 }).position, 348);
  assert.equal(after(READY, { type: "seek", position: 100 }, { type: "skip", by: -5 }).position, 95);
  assert.equal(after(READY, { type: "at", position: Number.NaN }).position, 0);
});

test("play at the end begins anew, and pause keeps the place", () => {
  assert.equal(after(READY, { type: "seek", position: 348 }, { type: "toggle" }).position, 0);
  const paused = after(READY, { type: "toggle" }, { type: "at", position: 12 }, { type: "toggle" });
  assert.deepEqual([paused.wants, paused.position], [false, 12]);
});

test("a fresh link goes on playing at the same place", () => {
  const playing = after(READY, { type: "toggle" }, { type: "at", position: 134 });
  const renewed = reduce(playing, { type: "fetched", recording: { ...RECORDING, url: "/demo/recordings/y" } });
  assert.deepEqual([renewed.wants, renewed.position, renewed.phase], [true, 134, "ready"]);
});

test("nothing plays that is not there", () => assert.equal(reduce(INITIAL, { type: "toggle" }).wants, false));

test("holds become places in the recording, and those outside it are left out", () => {
  const holds = [
    ["2026-11-22T09:59:50Z", "2026-11-22T10:00:10Z"],
    ["2026-11-22T10:01:00Z", null],
    ["2026-11-22T09:00:00Z", "2026-11-22T09:00:10Z"],
  ];
  assert.deepEqual(holdsWithin(holds, RECORDING), [{ from: 0, to: 10 }, { from: 60, to: 348 }]);
});

test("a bar is the loudest of its part", () => {
  assert.deepEqual(bars([0.1, 0.9, 0.2, 0.3], 2), [0.9, 0.3]);
  assert.deepEqual(bars([0.5], 3), [0.5, 0.5, 0.5]);
  assert.deepEqual(bars([], 2), [0, 0]);
});

test("silence is a line and the loudest fills the lane", () => {
  assert.deepEqual([height(0), height(1), height(7)], [3, 100, 100]);
  assert.equal(pathOf([1]), "M0.15 0h.7v100h-.7z");
});

test("time is written and spoken", () => {
  assert.equal(clockOf(134.9, 348), "2:14 / 5:48");
  assert.equal(spokenTime(134, 348), "2 minutes 14 seconds of 5 minutes 48 seconds");
  assert.deepEqual([0, 1, 60, 61].map(spokenLength), ["0 seconds", "1 second", "1 minute", "1 minute 1 second"]);
});
