// @ts-check
// Draws the caller's page.
import { announce } from "../lib/announce.js";
import { part, setAttribute, setText, show } from "../lib/dom.js";
import { clock, spoken } from "../lib/format.js";
import { gettext, interpolate } from "../lib/i18n.js";
import { endSentence } from "../lib/sentences.js";
import { isLive } from "./reducer.js";

/** @typedef {import("./reducer.js").State} State */

const COLOURS = { idle: "offline", connecting: "ringing", ringing: "ringing", connected: "connected", hold: "hold", ended: "offline", refused: "error" };

/** @param {State} state @param {string} company @returns {[string, string]} heading and what it means */
export function wordsOf({ stage, cause, message }, company) {
  switch (stage) {
    case "connecting":
      return [gettext("Connecting"), gettext("The browser may ask for your microphone: allow it to be heard.")];
    case "ringing":
      return [interpolate(gettext("You are connected to %(company)s"), { company }), gettext("Please listen to the announcements and wait for an agent.")];
    case "connected":
      return [gettext("Talking"), interpolate(gettext("An agent of %(company)s is on the line."), { company })];
    case "hold":
      return [gettext("On hold"), gettext("Please wait; the agent will be back.")];
    case "ended":
      return [gettext("Call ended"), cause ? callerSentence(cause) : gettext("The call has ended.")];
    case "refused":
      return [gettext("The call could not be made"), message];
    default:
      return [gettext("Ready to call"), gettext("You need a microphone. Nothing is installed.")];
  }
}

/** The same facts, said to the one who called. @param {string} cause @returns {string} */
function callerSentence(cause) {
  if (cause.toUpperCase() === "CUSTOMER_DISCONNECT") return gettext("You hung up.");
  return endSentence(cause);
}

export class View {
  #root;
  #stage = "";
  /** @type {State | null} */ #state = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {State} state */
  draw(state) {
    this.#state = state;
    const live = isLive(state);
    const [heading, detail] = wordsOf(state, this.#root.dataset.company ?? "");
    part(this.#root, "state-bar").dataset.state = COLOURS[state.stage];
    setText(part(this.#root, "heading"), heading);
    setText(part(this.#root, "detail"), detail);
    show(part(this.#root, "timer"), live);
    show(part(this.#root, "before"), !live);
    show(part(this.#root, "during"), live);
    setAttribute(part(this.#root, "keypad-open"), "aria-expanded", String(state.keypad));
    show(part(this.#root, "keypad"), state.keypad);
    setText(part(this.#root, "digits"), state.digits);
    if (state.stage !== this.#stage) this.#entered(state, `${heading}. ${detail}`);
    this.tick();
  }

  /** The page's own clock: nothing here is timed by the server. */
  tick() {
    if (!this.#state || !isLive(this.#state)) return;
    const seconds = (Date.now() - this.#state.since) / 1000;
    const timer = part(this.#root, "timer");
    setText(timer, clock(seconds));
    setAttribute(timer, "aria-label", spoken(seconds));
  }

  /** @param {State} state @param {string} sentence */
  #entered(state, sentence) {
    const first = this.#stage === "";
    this.#stage = state.stage;
    if (first) return;
    announce(state.stage === "refused" ? "assertive" : "polite", sentence);
    const kept = document.activeElement;
    // The button that was pressed is gone; its counterpart takes the focus.
    if (kept === document.body || (kept instanceof HTMLElement && kept.offsetParent === null)) {
      part(this.#root, isLive(state) ? "hang-up" : "call").focus({ preventScroll: true });
    }
  }
}
