import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

// A socket without a network: it opens, breaks and hears when the test says so.
class FakeWebSocket {
  static OPEN = 1;
  static all = [];
  readyState = 0;
  sent = [];

  constructor() {
    FakeWebSocket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text).type);
  }
  close() {
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  hear(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  fail(code = 1006) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

globalThis.window = globalThis;
globalThis.location = { href: "http://localhost/demo/ccp-v2/" };
globalThis.WebSocket = FakeWebSocket;
mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
const { Socket } = await import("../../static/connect/js/lib/socket.js");

const LONGEST_WAIT = 8000;
const SECOND = 1000;
let heard;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  FakeWebSocket.all = [];
  heard = [];
});

function newest() {
  return FakeWebSocket.all.at(-1);
}

function opened() {
  const socket = new Socket("/ws/demo/ccp", {
    onOpen: () => {},
    onMessage: (message) => heard.push(message),
    onTrouble: () => {},
    onClosed: (code) => heard.push(code),
  });
  socket.start();
  newest().open();
  newest().hear({ type: "hello there" });
  pass(1);
  return socket;
}

/** Tries fail until the waits between them are long. */
function longAway() {
  for (let each = 0; each < 8; each++) {
    newest().fail();
    mock.timers.tick(LONGEST_WAIT);
  }
  newest().fail();
}

/** Time passes, and each ping is answered by a server that is there. @param {number} seconds */
function pass(seconds, { answered = true } = {}) {
  for (let each = 0; each < seconds; each++) {
    mock.timers.tick(SECOND);
    if (answered && newest().sent.splice(0).includes("ping")) newest().hear({ type: "pong" });
  }
}

test("what the server asks is answered at once, without a timer, and nobody else hears of it", () => {
  opened();

  newest().hear({ type: "ping" });

  assert.deepEqual(newest().sent, ["pong"]);
  assert.deepEqual(heard, [{ type: "hello there" }]);
});

test("a page whose timers are slowed to one a minute keeps its socket", () => {
  // What a browser does to a hidden page: an interval of 5 s fires once a minute.
  const slowed = mock.method(globalThis, "setInterval", (act) => void slow.push(act));
  const slow = [];
  opened();
  slowed.mock.restore();

  for (let minute = 0; minute < 5; minute++) {
    pass(60);
    slow.at(-1)();
    newest().hear({ type: "pong" });
  }

  assert.equal(FakeWebSocket.all.length, 1);
});

test("a dead network is noticed by its silence", () => {
  opened();

  pass(30, { answered: false });

  assert.ok(FakeWebSocket.all.length > 1);
});

test("a line that answers is kept when the network has changed, another is given up", () => {
  const socket = opened();
  socket.check();
  pass(3);
  assert.equal(FakeWebSocket.all.length, 1);

  socket.check();
  pass(4, { answered: false });

  assert.ok(FakeWebSocket.all.length > 1);
});

test("a network that comes back while a try is on its way makes one socket, not two", () => {
  const socket = opened();
  longAway();
  const before = FakeWebSocket.all.length;

  socket.check();
  pass(2 * (LONGEST_WAIT / SECOND));

  assert.equal(FakeWebSocket.all.length, before + 1);
});

test("what a former socket still says or suffers does not concern the present one", () => {
  opened();
  const former = newest();
  former.fail();
  pass(LONGEST_WAIT / SECOND);
  newest().open();

  former.onclose?.({ code: 1001 });
  pass(LONGEST_WAIT / SECOND);

  assert.equal(FakeWebSocket.all.length, 2);
  assert.equal(newest().readyState, 1);
});

test("after a final close nothing is tried again, whatever the network does", () => {
  const socket = opened();
  newest().fail(4409);

  socket.check();
  pass(60);

  assert.equal(FakeWebSocket.all.length, 1);
  assert.deepEqual(heard.slice(1), [4409]);
});

for (const code of [4400, 4408, 4424, 4429]) {
  test(`a page sent away with ${code} comes back by itself`, () => {
    opened();
    newest().fail(code);

    pass(LONGEST_WAIT / SECOND);

    assert.equal(FakeWebSocket.all.length, 2);
    assert.deepEqual(heard, [{ type: "hello there" }]);
  });
}

test("a page that stopped between two tries stays away", () => {
  const socket = opened();
  newest().fail();

  socket.stop();
  pass(60);

  assert.equal(FakeWebSocket.all.length, 1);
});
