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

/** What each banner says; empty: it is not there. @param {State} state */
export function bannersOf(state) {
  const { softphone, panel, link, audio, ending } = state;
  const isElsewhere = panel !== null && !panel.hasAudio && link === "open";
  const isHeldBack = state.isRingBlocked || (audio === "blocked" && !ending);
  return {
    link: linkSentence(state),
    microphone: softphone.error ? microphoneSentence(softphone.error) : "",
    window: isElsewhere ? gettext("The panel is active in another window; calls ring and are heard there.") : "",
    audio: audio === "lost" && !ending ? gettext("The sound of this call was interrupted. It is being connected again.") : "",
    sound: isHeldBack ? gettext("The browser plays no sound until you press something here.") : "",
  };
}

/** @param {HTMLElement} root @param {State} state */
export function drawBanners(root, state) {
  for (const [name, sentence] of Object.entries(bannersOf(state))) {
    show(part(root, `${name}-banner`), sentence !== "");
    setText(part(root, `${name}-text`), sentence);
  }
  part(root, "link-banner").dataset.state = state.link === "lost" ? "hold" : "error";
  show(part(root, "link-actions"), state.link === "closed" && ![4403, 4404].includes(state.closeCode));
}
