// @ts-check
// What the player says.
import { clock } from "../lib/format.js";
import { gettext, interpolate, ngettext } from "../lib/i18n.js";

/** @typedef {import("./state.js").State} State */

/** One sentence for each state of a recording, "" when the controls say enough. @param {State} state @returns {string} */
export function statusOf({ phase, recording }) {
  switch (phase) {
    case "loading":
      return gettext("Loading the recording…");
    case "ready":
      return recording?.is_partial ? gettext("The recording is not complete: a part was lost, and it ends early.") : "";
    case "recording":
      return gettext("The contact is being recorded at this moment.");
    case "preparing":
      return gettext("The recording is being prepared.");
    case "none":
      return gettext("This contact was not recorded.");
    case "failed":
      return gettext("The recording failed. The operator finds the reason in the log.");
    case "deleted":
      return deleted(recording?.deleted_reason ?? "");
    case "refused":
      return gettext("You may not listen to recordings.");
    case "signed_out":
      return gettext("Your session has ended. Sign in and open this page again.");
    case "unreachable":
      return gettext("The recording could not be loaded.");
  }
}

/** @param {string} reason */
function deleted(reason) {
  return reason ? interpolate(gettext("The recording was deleted: %(reason)s"), { reason }) : gettext("The recording was deleted.");
}

/** "2:14 / 5:48". @param {number} position @param {number} duration @returns {string} */
export function clockOf(position, duration) {
  return `${clock(position)} / ${clock(duration)}`;
}

/** "2 minutes 14 seconds of 5 minutes 48 seconds". @param {number} position @param {number} duration @returns {string} */
export function spokenTime(position, duration) {
  return interpolate(gettext("%(position)s of %(duration)s"), { position: spokenLength(position), duration: spokenLength(duration) });
}

/** @param {number} seconds @returns {string} */
export function spokenLength(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  const parts = [];
  if (minutes) parts.push(interpolate(ngettext("%(count)s minute", "%(count)s minutes", minutes), { count: minutes }));
  if (rest || !minutes) parts.push(interpolate(ngettext("%(count)s second", "%(count)s seconds", rest), { count: rest }));
  return parts.join(" ");
}
