// @ts-check
// Draws the caller's page.
import { announce } from "../lib/announce.js";
import { part, setAttribute, setText, show } from "../lib/dom.js";
import { clock, spoken } from "../lib/format.js";
import { gettext, interpolate } from "../lib/i18n.js";
import { endSentence } from "../lib/sentences.js";
import { isLive } from "./reducer.js";

/** @typedef {import("./reducer.js").State} State */

const COLOURS = {
  idle: "offline", connecting: "ringing", returning: "hold", ringing: "ringing", connected: "connected", hold: "hold",
  ending: "offline", elsewhere: "offline", ended: "offline", refused: "error",
};

/** What is amiss in a call that goes on, and what the one button about it does. @param {State} state */
export function noticeOf({ stage, link, audio, message }) {
  if (!isLive({ stage }) || stage === "connecting") return { text: "", button: "" };
  if (audio === "no-microphone") return { text: message, button: gettext("Try again") };
  if (audio === "blocked") {
    return { text: gettext("The browser plays no sound until you press something here."), button: gettext("Turn on the sound") };
  }
  return { text: brokenSentence(stage, link, audio), button: "" };
}

/** @param {string} stage @param {State["link"]} link @param {State["audio"]} audio @returns {string} */
function brokenSentence(stage, link, audio) {
  if (link === "long") return gettext("Still no connection to the server. Check your network; this page goes on trying.");
  if (stage === "returning") return "";
  if (audio === "lost") return gettext("Reconnecting… The sound was interrupted. Please stay on the line.");
  return link === "lost" ? gettext("The connection to the server was lost. You can go on talking; this page tries again.") : "";
}

/** @param {State} state @param {string} company @returns {[string, string]} heading and what it means */
export function wordsOf({ stage, cause, message, link }, company) {
  switch (stage) {
    case "connecting":
      return [gettext("Connecting"), connectingSentence(link)];
    case "ringing":
      return [interpolate(gettext("You are connected to %(company)s"), { company }), gettext("Please listen to the announcements and wait for an agent.")];
    case "connected":
      return [gettext("Talking"), interpolate(gettext("An agent of %(company)s is on the line."), { company })];
    case "hold":
      return [gettext("On hold"), gettext("Please wait; the agent will be back.")];
    case "returning":
      return [gettext("Reconnecting…"), gettext("You are being brought back to your call.")];
    case "ending":
      return [gettext("Ending…"), endingSentence(link)];
    case "elsewhere":
      return [gettext("In another window"), gettext("Your call goes on in another window of this browser.")];
    case "ended":
      return [gettext("Call ended"), cause ? callerSentence(cause) : gettext("The call has ended.")];
    case "refused":
      return [gettext("The call could not be made"), message];
    default:
      return [gettext("Ready to call"), gettext("You need a microphone. Nothing is installed.")];
  }
}

/** @param {State["link"]} link @returns {string} */
function connectingSentence(link) {
  if (link === "open") return gettext("The browser may ask for your microphone: allow it to be heard.");
  return gettext("The server does not answer yet. This page goes on trying.");
}

/** @param {State["link"]} link @returns {string} */
function endingSentence(link) {
  if (link === "open") return gettext("You are not heard any more.");
  return gettext("You are not heard any more. The server is told as soon as it can be reached.");
}

/** The same facts, said to the one who called. @param {string} cause @returns {string} */
function callerSentence(cause) {
  if (["CUSTOMER_DISCONNECT", "HUNG_UP"].includes(cause.toUpperCase())) return gettext("You hung up.");
  if (cause === "media_lost") return gettext("The sound could not be connected. A firewall may block it; try another network.");
  if (cause === "AWAY") return gettext("The call ended while this page was away.");
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
    show(part(this.#root, "before"), ["idle", "ended", "refused"].includes(state.stage));
    show(part(this.#root, "during"), live);
    show(part(this.#root, "come-back"), state.stage === "elsewhere");
    this.#drawNotice(noticeOf(state));
    setAttribute(part(this.#root, "keypad-open"), "aria-expanded", String(state.keypad));
    show(part(this.#root, "keypad"), state.keypad);
    setText(part(this.#root, "digits"), state.digits);
    if (state.stage !== this.#stage) this.#entered(state, `${heading}. ${detail}`);
    this.tick();
  }

  /** @param {{ text: string, button: string }} notice */
  #drawNotice({ text, button }) {
    const [banner, sentence] = [part(this.#root, "notice"), part(this.#root, "notice-text")];
    if (text && text !== sentence.textContent) announce("assertive", text);
    show(banner, text !== "");
    setText(sentence, text);
    show(part(this.#root, "notice-actions"), button !== "");
    setText(part(this.#root, "turn-on"), button);
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
      const next = isLive(state) ? "hang-up" : state.stage === "elsewhere" ? "come-back" : "call";
      part(this.#root, next).focus({ preventScroll: true });
    }
  }
}
