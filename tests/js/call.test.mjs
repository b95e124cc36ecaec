import assert from "node:assert/strict";
import test from "node:test";
import { initial, isLive, isOpen, reduce } from "../../static/connect/js/call/reducer.js";
import { noticeOf, wordsOf } from "../../static/connect/js/call/view.js";
import { loudness } from "../../static/connect/js/lib/level.js";
import { backoff, SHORT_WAIT } from "../../static/connect/js/lib/socket.js";

const after = (...messages) => messages.reduce(reduce, initial);
const call = { type: "call", at: 0 };
const state = (name, at, cause = null) => ({ type: "state", state: name, cause, at });

test("a caller is led from the call to its end", () => {
  const ended = after(call, state("ringing", 1), state("connected", 2), state("ended", 9, "AGENT_DISCONNECT"));
  assert.equal(isLive(ended), false);
  assert.deepEqual(wordsOf(ended, "Acme"), ["Call ended", "The agent ended the call."]);
});

test("a caller who waits for the server is told", () => {
  assert.match(wordsOf(after(call), "Acme")[1], /microphone/);
  assert.match(wordsOf(after(call, { type: "link", link: "lost" }), "Acme")[1], /does not answer yet/);
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

const returning = (before, since) => ({ type: "returning", before, since });

test("the timer of a call goes on over a reload (R-05)", () => {
  assert.equal(after(returning("connected", 2), state("connected", 60)).since, 2);
  assert.equal(after(returning("connected", 2), state("hold", 60)).since, 2);
  assert.equal(after(returning("ringing", 2), state("connected", 60)).since, 60);
});

test("a page that comes back says so until it knows how the call stands", () => {
  const back = after(returning("connected", 2));
  assert.equal(isLive(back), true);
  assert.equal(wordsOf(back, "Acme")[0], "Reconnecting…");
});

test("a call that ended while the page was away is said to have ended then", () => {
  const ended = after(returning("connected", 2), state("ended", 9, "AWAY"));
  assert.deepEqual(wordsOf(ended, "Acme"), ["Call ended", "The call ended while this page was away."]);
});

test("who has hung up is not brought back by anything the server still says (R-04)", () => {
  const hungUp = after(call, state("connected", 2), { type: "link", link: "lost" }, { type: "hang-up" });
  assert.equal(wordsOf(hungUp, "Acme")[0], "Ending…");
  assert.match(wordsOf(hungUp, "Acme")[1], /told as soon as it can be reached/);
  assert.equal(reduce(hungUp, state("hold", 3)).stage, "ending");
  assert.equal(reduce(hungUp, state("ended", 3, "CUSTOMER_DISCONNECT")).stage, "ended");
  assert.deepEqual([isLive(hungUp), isOpen(hungUp)], [false, true]);
});

test("another window that has the call leaves this one a way back", () => {
  const elsewhere = after(call, state("connected", 2), { type: "taken" });
  assert.equal(elsewhere.stage, "elsewhere");
  assert.equal(after(call, state("ended", 2), { type: "taken" }).stage, "ended");
});

test("a call goes on while the server or the sound is away, and the page says which", () => {
  const talk = after(call, state("connected", 2));
  const notice = (...messages) => noticeOf(messages.reduce(reduce, talk));
  assert.equal(notice().text, "");
  assert.match(notice({ type: "link", link: "lost" }).text, /go on talking/);
  assert.match(notice({ type: "audio", audio: "lost" }).text, /^Reconnecting…/);
  assert.match(notice({ type: "link", link: "long" }, { type: "audio", audio: "lost" }).text, /Check your network/);
  assert.equal(notice({ type: "audio", audio: "lost" }, { type: "audio", audio: "fine" }).text, "");
});

test("a browser that wants a press, or has no microphone, gives a button for it", () => {
  const talk = after(returning("connected", 2), state("connected", 3));
  const blocked = noticeOf(reduce(talk, { type: "audio", audio: "blocked" }));
  assert.equal(blocked.button, "Turn on the sound");
  const deaf = noticeOf(reduce(talk, { type: "audio", audio: "no-microphone", message: "Plug in a headset." }));
  assert.deepEqual(deaf, { text: "Plug in a headset.", button: "Try again" });
});

test("a socket that closes after the end of a call is no failure", () => {
  assert.equal(after(call, state("ended", 3), { type: "broken", message: "lost" }).stage, "ended");
});

test("reconnects wait half a second at first, eight at most, never all at once", () => {
  assert.equal(backoff(0, { random: () => 1 }), 500);
  assert.equal(backoff(20, { random: () => 1 }), 8000);
  assert.equal(backoff(2, { random: () => 0 }), 1000);
});

test("a caller's page never waits so long that its call could be over", () => {
  assert.equal(backoff(20, { longest: SHORT_WAIT, random: () => 1 }), 2000);
});

test("silence is 0 on the meter and full scale is 1", () => {
  assert.equal(loudness(new Float32Array(64)), 0);
  assert.equal(loudness(new Float32Array(64).fill(1)), 1);
});
