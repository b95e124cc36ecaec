import assert from "node:assert/strict";
import test, { afterEach } from "node:test";
import { gettext, interpolate, ngettext, useCatalogue } from "../../static/connect/js/lib/i18n.js";

afterEach(() => useCatalogue({}, "en"));

test("without a catalogue the message id is the text", () => {
  assert.equal(gettext("Hold"), "Hold");
  assert.equal(ngettext("%(count)s call", "%(count)s calls", 1), "%(count)s call");
  assert.equal(ngettext("%(count)s call", "%(count)s calls", 0), "%(count)s calls");
});

test("the catalogue's text wins, an empty one does not", () => {
  useCatalogue({ catalog: { Hold: "Halten", Mute: "" } }, "de");
  assert.equal(gettext("Hold"), "Halten");
  assert.equal(gettext("Mute"), "Mute");
});

test("plural forms follow the language in gettext's order", () => {
  useCatalogue({ catalog: { call: ["rozmowa", "rozmowy", "rozmów"] } }, "pl");
  const forms = [1, 2, 5, 22, 25].map((count) => ngettext("call", "calls", count));
  assert.deepEqual(forms, ["rozmowa", "rozmowy", "rozmów", "rozmowy", "rozmów"]);
});

test("names are filled in, unknown ones stay visible", () => {
  assert.equal(interpolate("%(who)s waits %(time)s", { who: "Ana" }), "Ana waits %(time)s");
});
