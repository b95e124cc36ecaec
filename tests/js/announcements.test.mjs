import assert from "node:assert/strict";
import test from "node:test";
import { sayings } from "../../static/connect/js/ccp/announcements.js";
import { initial, reduce } from "../../static/connect/js/ccp/reducer.js";
import { contact, snapshot, talking } from "./samples.mjs";

const open = { type: "link.open" };
const ready = [open, snapshot(1)].reduce(reduce, initial);
const inCall = [open, snapshot(1, talking())].reduce(reduce, initial);

/** What the last of these messages makes the panel say. */
function said(state, ...messages) {
  const previous = messages.slice(0, -1).reduce(reduce, state);
  const now = sayings(reduce(previous, messages.at(-1)), previous);
  return Object.fromEntries(now.map(({ level, text }) => [level, text]));
}

const deaf = { type: "softphone", softphone: { ready: false, error: "microphone_not_found" } };
const blocked = { type: "audio", audio: "blocked" };
const lost = { type: "audio", audio: "lost" };

test("each banner is said when it appears (WCAG 4.1.3)", () => {
  assert.match(said(ready, deaf).assertive, /^No microphone was found/);
  assert.match(said(inCall, lost).assertive, /was interrupted/);
  assert.match(said(inCall, blocked).polite, /plays no sound until you press/);
  assert.match(said(ready, { type: "ring", isBlocked: true }).polite, /plays no sound until you press/);
  assert.match(said(inCall, { type: "taken" }).polite, /active in another window/);
  assert.match(said(inCall, { type: "link.trouble", kind: "lost" }).assertive, /^Connection lost/);
});

test("a banner that stays is said once", () => {
  assert.deepEqual(said(inCall, lost, snapshot(2, talking({ muted: true }))), {});
  assert.equal(said(inCall, blocked, blocked).polite, undefined);
  assert.equal(said(inCall, { type: "link.trouble", kind: "lost" }, { type: "ending", ending: "unheard" }).assertive, undefined);
});

test("whoever tries again without a microphone is told again", () => {
  assert.match(said(ready, deaf, { ...deaf, softphone: { ...deaf.softphone } }).assertive, /^No microphone was found/);
});

test("what happens at once is said in one go, so that nothing is lost", () => {
  const elsewhere = said(initial, open, snapshot(1, { hasAudio: false }));
  assert.match(elsewhere.polite, /active in another window.*Your status is Available\.$/);
  const calling = said(ready, { type: "link.trouble", kind: "lost" }, open);
  assert.equal(calling.polite, "The connection is back.");
});

test("the end of a call that nobody but this page can tell is said at once", () => {
  const signedOut = { type: "link.closed", code: 4409 };
  const over = { type: "ending", ending: "unheard" };
  assert.match(said(inCall, signedOut, over).assertive, /^The call has ended/);
  assert.match(said(inCall, { ...over, ending: "asked" }, signedOut).assertive, /session has ended.*The call has ended/);
  assert.match(said(inCall, over).polite, /^Ending the call/);
});

test("a call that rings is said with who calls", () => {
  assert.match(said(ready, snapshot(2, { activity: "incoming", contact })).assertive, /^Incoming call from/);
});
