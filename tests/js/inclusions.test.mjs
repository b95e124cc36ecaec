import assert from "node:assert/strict";
import { test } from "node:test";

import { inclusions } from "../../static/connect/js/admin/inclusions.js";

const implies = new Map([
  ["Reports.Schedule", ["Reports.Publish"]],
  ["Reports.Publish", ["Reports.View"]],
]);

test("what is included is named with what includes it, to the end", () => {
  assert.deepEqual(
    [...inclusions(["Reports.Schedule"], implies)],
    [
      ["Reports.Publish", "Reports.Schedule"],
      ["Reports.View", "Reports.Publish"],
    ],
  );
});

test("what nothing includes is free to be taken away", () => {
  assert.equal(inclusions(["Reports.View"], implies).size, 0);
});
