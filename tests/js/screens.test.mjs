import assert from "node:assert/strict";
import test from "node:test";
import { linkSentence } from "../../static/connect/js/ccp/banners.js";
import { announcementOf } from "../../static/connect/js/ccp/announcements.js";
import { initial, reduce } from "../../static/connect/js/ccp/reducer.js";
import { buttonsOf, screenNow, screenOf, statusOf, toolsOf } from "../../static/connect/js/ccp/screens.js";
import { endSentence, recordingSentence } from "../../static/connect/js/lib/sentences.js";
import { contact, panel, snapshot, talking } from "./samples.mjs";

const stateOf = (changes) => [{ type: "link.open" }, snapshot(1, changes)].reduce(reduce, initial);
const shown = (state) => Object.entries(buttonsOf(state)).filter(([, control]) => control.shown).map(([name]) => name);

test("each activity offers its own buttons (SR-073, SR-075, SR-080)", () => {
  const buttons = {
    available: [], offline: [], away: [],
    incoming: ["contact.accept", "contact.reject"],
    connecting: ["contact.end"], connected: ["contact.end"], hold: ["contact.end"],
    acw: ["contact.clear"], error: ["contact.clear"],
    missed: ["contact.become_available", "contact.clear"],
  };
  for (const [activity, names] of Object.entries(buttons)) {
    assert.deepEqual(shown(stateOf({ activity, contact })), names, activity);
  }
});

test("what the server does not permit is disabled with a reason", () => {
  const state = stateOf({ activity: "incoming", contact, permitted: ["contact.reject"] });
  const { "contact.accept": accept, "contact.reject": reject } = buttonsOf(state);
  assert.equal(accept.enabled, false);
  assert.notEqual(accept.reason, "");
  assert.equal(reject.enabled, true);
});

const lost = (changes) => reduce(stateOf(changes), { type: "link.trouble", kind: "lost" });
const ending = (state, how) => reduce(state, { type: "ending", ending: how });

test("without a connection nothing can be commanded but the end of the call (R-04)", () => {
  const { hold, mute } = toolsOf(lost(talking()));
  assert.deepEqual([hold.enabled, mute.enabled], [false, false]);
  assert.match(hold.reason, /connection to the server/);
  assert.equal(buttonsOf(lost(talking()))["contact.end"].enabled, true);
  assert.equal(buttonsOf(lost({ activity: "acw", contact, permitted: ["contact.clear"] }))["contact.clear"].enabled, false);
});

test("a call that is being ended says so and takes no other command", () => {
  const state = ending(lost(talking()), "unheard");
  const screen = screenNow(state);
  assert.equal(screen.heading, "Ending…");
  assert.match(screen.detail, /not heard any more.*when the server can be reached/);
  assert.equal(buttonsOf(state)["contact.end"].busy, true);
  assert.equal(toolsOf(state).hold.reason, "The call is being ended.");
  assert.equal(toolsOf(state).keypad.enabled, false);
  assert.doesNotMatch(linkSentence(state), /goes on/);
});

test("a call is being ended until a snapshot shows that it is over, not a moment longer", () => {
  const wished = ending(stateOf(talking()), "asked");
  assert.equal(reduce(wished, snapshot(2, talking())).ending, "asked");
  assert.equal(reduce(wished, snapshot(2, { activity: "acw", contact })).ending, "");
  const other = { ...talking(), contact: { ...talking().contact, id: "another" } };
  assert.equal(reduce(wished, snapshot(2, other)).ending, "");
});

test("a call whose session has ended can be ended here, and is over then", () => {
  const signedOut = reduce(stateOf(talking()), { type: "link.closed", code: 4409 });
  assert.equal(buttonsOf(signedOut)["contact.end"].enabled, true);
  assert.match(toolsOf(signedOut).hold.reason, /not connected to the server any more/);
  const over = ending(signedOut, "unheard");
  const { heading, up, down } = screenNow(over);
  assert.deepEqual([heading, up, down], ["Call ended", null, null]);
  const { enabled, busy, reason } = buttonsOf(over)["contact.end"];
  assert.deepEqual([enabled, busy, reason], [false, false, "The call has ended."]);
});

test("an end that was asked for when the session ended is not waited for", () => {
  const asked = ending(stateOf(talking()), "asked");
  assert.equal(reduce(asked, { type: "link.closed", code: 4409 }).ending, "unheard");
});

test("hold becomes resume (SR-076)", () => {
  assert.equal(toolsOf(stateOf(talking())).hold.label, "Hold");
  const held = stateOf({ ...talking({ onHold: true }, ["connection.resume"]), activity: "hold" });
  assert.equal(toolsOf(held).hold.command, "connection.resume");
  assert.equal(toolsOf(held).hold.label, "Resume");
});

test("mute can be taken back before the server has confirmed it", () => {
  const wished = reduce(stateOf(talking()), { type: "command.sent", name: "connection.mute" });
  const { mute } = toolsOf(wished);
  assert.deepEqual([mute.label, mute.command, mute.enabled], ["Unmute", "connection.unmute", true]);
});

test("a ringing call counts down to the end of its ring", () => {
  const screen = screenOf(panel({ activity: "incoming", contact }));
  assert.equal(screen.down, contact.ringDueAt);
  assert.equal(screen.up, null);
  assert.equal(screen.detail, "Refunds");
});

test("after call work shows since when, and until when if it is limited (SR-009)", () => {
  const limited = { ...contact, acwDueAt: "2026-11-22T10:02:00Z" };
  const screen = screenOf(panel({ activity: "acw", contact: limited }));
  assert.deepEqual([screen.heading, screen.endsAt], ["After call work", limited.acwDueAt]);
  assert.equal(screen.up, "2026-11-22T10:00:00Z");
});

test("the chip shows the chosen status and the next one", () => {
  const status = statusOf(panel({ statusName: "Lunch", nextStatus: { id: "s-3", name: "Offline" } }));
  assert.deepEqual([status.colour, status.name, status.next, status.current], ["away", "Lunch", "Offline after this contact", "s-2"]);
});

test("who is recorded is said in words", () => {
  assert.equal(recordingSentence(["agent", "customer"]), "Recording · agent and customer");
  assert.equal(recordingSentence(["customer"]), "Recording · customer");
  assert.equal(recordingSentence([]), "Not recorded");
});

test("an end nobody has a sentence for still gives one, never a code", () => {
  assert.equal(endSentence("customer_disconnect"), "The caller hung up.");
  assert.equal(endSentence("SOME_NEW_CODE"), "The call has ended.");
  assert.equal(endSentence("The trunk is down."), "The trunk is down.");
});

test("every change is announced with one sentence", () => {
  const said = (before, after) => announcementOf(panel(before), panel(after));
  const incoming = { activity: "incoming", contact };
  assert.deepEqual(said({}, incoming), { level: "assertive", text: "Incoming call from +1 206-555-0123 for Refunds." });
  assert.deepEqual(said(incoming, { activity: "connecting", contact }), { level: "polite", text: "Connecting." });
  assert.deepEqual(said({}, { activity: "connecting", contact }), said({}, incoming)); // accepted by itself (SR-112)
  assert.deepEqual(said(incoming, talking()), { level: "polite", text: "Connected." });
  assert.deepEqual(said(talking(), { ...talking(), activity: "hold" }), { level: "polite", text: "The customer is on hold." });
  assert.deepEqual(said({ ...talking(), activity: "hold" }, talking()), { level: "polite", text: "The customer is back from hold." });
  assert.equal(said(incoming, { activity: "missed", contact }).level, "assertive");
  assert.equal(said(talking(), { activity: "acw", contact: { ...contact, endReason: "CUSTOMER_DISCONNECT" } }).text, "The caller hung up. After call work.");
  assert.equal(said({}, { activity: "away", statusName: "Lunch" }).text, "Your status is Lunch.");
  assert.equal(said({}, {}), null);
});
