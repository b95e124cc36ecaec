// @ts-check
// The caller's page: one call at a time, from the press of Call to its end.

/**
 * @typedef {"idle" | "connecting" | "ringing" | "connected" | "hold" | "ended" | "refused"} Stage
 * @typedef {{ stage: Stage, since: number, cause: string, message: string, keypad: boolean, digits: string }} State
 * @typedef {{ type: "call", at: number } | { type: "state", state: Stage, cause: string | null, at: number }
 *   | { type: "refused", message: string } | { type: "broken", message: string }
 *   | { type: "keypad", open: boolean } | { type: "digit", digit: string }} Message
 */

/** @type {State} */
export const initial = { stage: "idle", since: 0, cause: "", message: "", keypad: false, digits: "" };

const LIVE = ["connecting", "ringing", "connected", "hold"];

/** @param {State} state @returns {boolean} whether there is a call to hang up */
export function isLive({ stage }) {
  return LIVE.includes(stage);
}

/** @param {State} state @param {Message} message @returns {State} */
export function reduce(state, message) {
  switch (message.type) {
    case "call":
      return { ...initial, stage: "connecting", since: message.at };
    case "state":
      return isLive(state) ? progress(state, message) : state;
    case "refused":
      return { ...initial, stage: "refused", message: message.message };
    case "broken":
      return isLive(state) ? { ...initial, stage: "refused", message: message.message } : state;
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
  // Talking and hold are one conversation for the caller: its timer runs on.
  const goesOn = ["connected", "hold"].includes(stage) && ["connected", "hold"].includes(state.stage);
  return { ...state, stage, since: goesOn || stage === state.stage ? state.since : at };
}
