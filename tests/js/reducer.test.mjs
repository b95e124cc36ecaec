import assert from "node:assert/strict";
import test from "node:test";
import { initial, isMuted, reduce, ringingContact } from "../../static/connect/js/ccp/reducer.js";
import { contact, snapshot, talking } from "./samples.mjs";

const after = (...messages) => messages.reduce(reduce, initial);
const open = { type: "link.open" };

test("a whole snapshot replaces the panel", () => {
  const state = after(open, snapshot(1), snapshot(2, { activity: "away" }));
  assert.equal(state.panel.activity, "away");
});

test("an older snapshot that arrives late is ignored", () => {
  const state = after(open, snapshot(5, { activity: "away" }), snapshot(4));
  assert.equal(state.panel.activity, "away");
});

test("a server that has started anew may count from the beginning", () => {
  const state = after(open, snapshot(900), open, snapshot(1, { activity: "offline" }));
  assert.equal(state.panel.activity, "offline");
});

test("a lost connection keeps the call on the screen", () => {
  const state = after(open, snapshot(1, talking()), { type: "link.trouble", kind: "lost" });
  assert.equal(state.link, "lost");
  assert.equal(state.panel.activity, "connected");
  assert.deepEqual(state.panel.media, { connection: "k", generation: 1 });
});

test("mute shows at once and stays until the snapshot agrees", () => {
  const wished = after(open, snapshot(1, talking()), { type: "command.sent", name: "connection.mute" });
  assert.equal(isMuted(wished), true);
  const granted = reduce(wished, { type: "command.done", name: "connection.mute", ok: true });
  assert.equal(isMuted(granted), true);
  const known = reduce(granted, snapshot(2, talking({ muted: true })));
  assert.equal(known.muteWanted, null);
  assert.equal(isMuted(known), true);
});

test("a refused mute is taken back", () => {
  const state = after(open, snapshot(1, talking()), { type: "command.sent", name: "connection.mute" },
    { type: "command.done", name: "connection.mute", ok: false });
  assert.equal(isMuted(state), false);
});

test("a mute nobody confirmed does not reach the next call", () => {
  const state = after(open, snapshot(1, talking()), { type: "command.sent", name: "connection.mute" }, snapshot(2));
  assert.equal(state.muteWanted, null);
});

test("another window that took the audio ends it here", () => {
  const state = after(open, snapshot(1, talking()), { type: "taken" });
  assert.equal(state.panel.hasAudio, false);
  assert.equal(state.panel.media, null);
});

test("a mute that was granted for a call does not hold for the one that follows it at once", () => {
  const other = { ...talking(), contact: { ...talking().contact, id: "another" } };
  const state = after(open, snapshot(1, talking()), { type: "command.sent", name: "connection.mute" }, snapshot(2, other));
  assert.equal(isMuted(state), false);
});

const ringing = { activity: "incoming", contact };
const due = Date.parse(contact.ringDueAt);

test("only the window with the audio rings", () => {
  assert.equal(ringingContact(after(open, snapshot(1, ringing)), due).id, "c-1");
  assert.equal(ringingContact(after(open, snapshot(1, { ...ringing, hasAudio: false })), due), null);
});

test("a ring ends by itself when it is due, though nobody can say so", () => {
  const state = after(open, snapshot(1, ringing), { type: "link.trouble", kind: "long" });
  assert.equal(ringingContact(state, due + 2000).id, "c-1");
  assert.equal(ringingContact(state, due + 2001), null);
});

test("nothing rings in a page whose session has ended", () => {
  const state = after(open, snapshot(1, ringing), { type: "link.closed", code: 4409 });
  assert.equal(ringingContact(state, due), null);
});

test("ringing stops when the caller gives up (SR-081)", () => {
  const state = after(open, snapshot(1, { activity: "incoming", contact }), snapshot(2));
  assert.equal(ringingContact(state, due), null);
});

test("a call that rings brings the panel back from its settings", () => {
  const state = after(open, snapshot(1), { type: "pane", pane: "settings" }, snapshot(2, { activity: "incoming", contact }));
  assert.equal(state.pane, "contact");
});

test("the keypad closes with its call and forgets the digits", () => {
  const dialled = after(open, snapshot(1, talking()), { type: "keypad", open: true }, { type: "digit", digit: "4" });
  assert.equal(dialled.digits, "4");
  const cleared = reduce(dialled, snapshot(2));
  assert.equal(cleared.keypad, false);
  assert.equal(cleared.digits, "");
});

test("a command is pending until its answer", () => {
  const sent = after(open, snapshot(1), { type: "command.sent", name: "contact.end" });
  assert.deepEqual(sent.pending, ["contact.end"]);
  assert.deepEqual(reduce(sent, { type: "command.done", name: "contact.end", ok: true }).pending, []);
});

test("a message of a later version changes nothing", () => {
  const state = after(open, snapshot(1));
  assert.equal(reduce(state, { type: "weather" }), state);
});

test("that the microphone works is news once, that it does not each time it is tried", () => {
  const ready = { type: "softphone", softphone: { ready: true, error: null } };
  const deaf = { type: "softphone", softphone: { ready: false, error: "microphone_in_use" } };
  const works = after(open, ready);
  assert.equal(reduce(works, ready), works);
  assert.notEqual(reduce(reduce(works, deaf), deaf), reduce(works, deaf));
});
