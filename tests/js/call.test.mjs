import assert from "node:assert/strict";
import test from "node:test";
import { initial, isLive, reduce } from "../../static/connect/js/call/reducer.js";
import { wordsOf } from "../../static/connect/js/call/view.js";
import { loudness } from "../../static/connect/js/lib/level.js";
import { backoff } from "../../static/connect/js/lib/socket.js";

const after = (...messages) => messages.reduce(reduce, initial);
const call = { type: "call", at: 0 };
const state = (name, at, cause = null) => ({ type: "state", state: name, cause, at });

test("a caller is led from the call to its end", () => {
  const ended = after(call, state("ringing", 1), state("connected", 2), state("ended", 9, "AGENT_DISCONNECT"));
  assert.equal(isLive(ended), false);
  assert.deepEqual(wordsOf(ended, "Acme"), ["Call ended", "The agent ended the call."]);
});

test("hold does not start the caller's timer anew", () => {
  assert.equal(after(call, state("connected", 2), state("hold", 5), state("connected", 9)).since, 2);
});

test("what the server says when it refuses is what the caller reads", () => {
  const refused = after(call, { type: "refused", message: "Nobody answers this number." });
  assert.deepEqual(wordsOf(refused, "Acme"), ["The call could not be made", "Nobody answers this number."]);
});

test("a late state does not bring an ended call back", () => {
  assert.equal(after(call, state("ended", 3), state("connected", 4)).stage, "ended");
});

test("a socket that closes after the end of a call is no failure", () => {
  assert.equal(after(call, state("ended", 3), { type: "broken", message: "lost" }).stage, "ended");
});

test("reconnects wait half a second at first, eight at most, never all at once", () => {
  assert.equal(backoff(0, () => 1), 500);
  assert.equal(backoff(20, () => 1), 8000);
  assert.equal(backoff(2, () => 0), 1000);
});

test("silence is 0 on the meter and full scale is 1", () => {
  assert.equal(loudness(new Float32Array(64)), 0);
  assert.equal(loudness(new Float32Array(64).fill(1)), 1);
});
