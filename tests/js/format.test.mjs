import assert from "node:assert/strict";
import test from "node:test";
import { clock, secondsBetween, spoken } from "../../static/connect/js/lib/format.js";

test("a duration is written as people read it", () => {
  const written = { 0: "0:00", 7: "0:07", 247.9: "4:07", 4324: "1:12:04", 183845: "2 d 3:04:05" };
  for (const [seconds, text] of Object.entries(written)) assert.equal(clock(Number(seconds)), text);
});

test("a clock that runs ahead never shows a negative duration", () => assert.equal(clock(-3), "0:00"));

test("a timer is spoken in whole minutes", () => {
  assert.equal(spoken(59), "less than a minute");
  assert.equal(spoken(60), "1 minute");
  assert.equal(spoken(240), "4 minutes");
});

test("a span is measured between two server instants", () => {
  assert.equal(secondsBetween("2026-11-22T10:00:00Z", "2026-11-22T11:00:01+01:00"), 1);
});
