// @ts-check
// The caller's page: one call at a time, from the press of Call to its end.

/**
 * `returning`: back after a reload, and not told yet how the call stands; `ending`: hung up, and the server has not
 * heard it yet; `elsewhere`: another window has the call.
 * @typedef {"idle" | "connecting" | "returning" | "ringing" | "connected" | "hold" | "ending" | "elsewhere" | "ended"
 *   | "refused"} Stage
 * @typedef {import("../lib/line-keeper.js").Audio | "no-microphone"} Audio
 * @typedef {{ stage: Stage, since: number, before: Stage, cause: string, message: string, keypad: boolean, digits: string,
 *   link: "open" | "lost" | "long", audio: Audio }} State
 *   before: the stage before a reload
 * @typedef {{ type: "call", at: number } | { type: "state", state: Stage, cause: string | null, at: number }
 *   | { type: "returning", before: Stage, since: number } | { type: "hang-up" } | { type: "taken" }
 *   | { type: "link", link: "open" | "lost" | "long" } | { type: "audio", audio: Audio, message?: string }
 *   | { type: "refused", message: string } | { type: "broken", message: string }
 *   | { type: "keypad", open: boolean } | { type: "digit", digit: string }} Message
 */

/** @type {State} */
export const initial = {
  stage: "idle", since: 0, before: "idle", cause: "", message: "", keypad: false, digits: "", link: "open", audio: "fine",
};

const LIVE = ["connecting", "returning", "ringing", "connected", "hold"];
const TALKING = ["connected", "hold"];

/** @param {State} state @returns {boolean} whether there is a call to hang up */
export function isLive({ stage }) {
  return LIVE.includes(stage);
}

/** @param {State} state @returns {boolean} whether the server still has to hear something of this call */
export function isOpen(state) {
  return isLive(state) || state.stage === "ending";
}

/** @param {State} state @param {Message} message @returns {State} */
export function reduce(state, message) {
  switch (message.type) {
    case "call":
      return { ...initial, stage: "connecting", since: message.at };
    case "returning":
      return { ...initial, stage: "returning", before: message.before, since: message.since };
    case "state":
      return isOpen(state) ? progress(state, message) : state;
    case "hang-up":
      return isLive(state) ? { ...initial, stage: "ending", link: state.link } : state;
    case "taken":
      return isLive(state) ? { ...initial, stage: "elsewhere" } : state;
    case "refused":
      return { ...initial, stage: "refused", message: message.message };
    case "broken":
      return isLive(state) ? { ...initial, stage: "refused", message: message.message } : state;
    default:
      return around(state, message);
  }
}

/** @param {State} state @param {Message} message @returns {State} what goes on around the call */
function around(state, message) {
  switch (message.type) {
    case "link":
      return { ...state, link: message.link };
    case "audio":
      return isLive(state) ? { ...state, audio: message.audio, message: message.message ?? "" } : state;
    case "keypad":
      return { ...state, keypad: message.open && isLive(state) };
    case "digit":
      return { ...state, digits: (state.digits + message.digit).slice(-20) };
    default:
      return state;
  }
}

/** @param {State} state @param {{ state: Stage, cause: string | null, at: number }} message @returns {State} */
function progress(state, { state: stage, cause, at }) {
  if (stage === "ended") return { ...initial, stage, since: at, cause: cause ?? "" };
  if (state.stage === "ending") return state; // whatever happens there, this caller has hung up
  const before = state.stage === "returning" ? state.before : state.stage;
  // Talking and hold are one conversation for the caller: its timer runs on, over a reload too.
  const goesOn = stage === before || (TALKING.includes(stage) && TALKING.includes(before));
  return { ...state, stage, since: goesOn ? state.since : at };
}
