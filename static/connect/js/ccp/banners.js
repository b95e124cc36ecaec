// @ts-check
// What stays on top of the panel until it is solved.
import { microphoneSentence } from "../lib/devices.js";
import { part, setText, show } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";

/** @typedef {import("./types.js").State} State */

/** @param {number} code @returns {string} */
function closedSentence(code) {
  if (code === 4403) return gettext("You may not open the Contact Control Panel. Ask your administrator for the permission.");
  if (code === 4404) return gettext("There is no such instance any more. Check the address.");
  return gettext("Your session has ended. Sign in again to receive contacts.");
}

/** @param {State} state @returns {string} */
export function linkSentence({ link, closeCode, ending }) {
  if (link === "closed") return closedSentence(closeCode);
  if (link === "long") return gettext("Still no connection to the server. Check your network, then reload this page; a call in progress goes on.");
  if (link === "lost" && ending) return gettext("Connection lost. Trying again.");
  return link === "lost" ? gettext("Connection lost. Trying again; a call in progress goes on.") : "";
}

/** @param {HTMLElement} root @param {State} state */
export function drawBanners(root, state) {
  const sentence = linkSentence(state);
  show(part(root, "link-banner"), sentence !== "");
  part(root, "link-banner").dataset.state = state.link === "lost" ? "hold" : "error";
  setText(part(root, "link-text"), sentence);
  show(part(root, "link-actions"), state.link === "closed" && ![4403, 4404].includes(state.closeCode));
  const { error } = state.softphone;
  show(part(root, "microphone-banner"), error !== null);
  setText(part(root, "microphone-text"), error ? microphoneSentence(error) : "");
  show(part(root, "window-banner"), state.panel !== null && !state.panel.hasAudio && state.link === "open");
  show(part(root, "audio-banner"), state.audio === "lost" && !state.ending);
  show(part(root, "sound-banner"), state.audio === "blocked" || state.isRingBlocked);
}
