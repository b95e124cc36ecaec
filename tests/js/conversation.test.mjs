import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakePeer, FakeSocket, settled, useBrowser } from "./browser.mjs";

useBrowser();
const { Conversation } = await import("../../static/connect/js/call/conversation.js");
const { initial, reduce } = await import("../../static/connect/js/call/reducer.js");
const { createStore } = await import("../../static/connect/js/lib/store.js");

let store, conversation;

beforeEach(async () => {
  useBrowser();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  store = createStore(reduce, initial);
  conversation = new Conversation("/ws/demo/call", store, () => {});
  store.dispatch({ type: "call", at: 0 });
  conversation.call({ number: "+12065550100", from: null });
  await settled();
});

const stage = () => store.get().stage;
const asked = () => FakeSocket.all.at(-1).heard.filter((message) => message.type === "call").length;

test("a caller whose way to the server is slow is still connected", () => {
  mock.timers.tick(19000);
  assert.equal(stage(), "connecting");
  FakeSocket.all[0].open();
  assert.equal(asked(), 1);
});

test("a caller whose first try is lost has another", () => {
  FakeSocket.all[0].end(1006);
  mock.timers.tick(2000);
  FakeSocket.all[1].open();
  assert.deepEqual([stage(), asked()], ["connecting", 1]);
});

test("a server that cannot be reached for long is said to be so", () => {
  mock.timers.tick(20000);
  assert.equal(stage(), "refused");
  assert.match(store.get().message, /call again/);
});

test("a call that was asked for and is not answered is not asked for again", () => {
  FakeSocket.all[0].open();
  FakeSocket.all[0].end(1006);
  mock.timers.tick(1000);
  assert.equal(stage(), "refused");
  assert.equal(FakeSocket.all.reduce((sum, socket) => sum + socket.heard.length, 0), 1);
});

test("a refused call leaves no line open", async () => {
  FakeSocket.all[0].open();
  FakeSocket.all[0].say({ type: "refused", code: "TOO_MANY_CALLS", message: "All lines are busy." });
  await settled();
  assert.deepEqual([stage(), FakePeer.all[0].connectionState], ["refused", "closed"]);
});
