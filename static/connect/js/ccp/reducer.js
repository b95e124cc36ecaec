// @ts-check
// The panel's whole state, and the one pure function that changes it.

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Panel} Panel */

/** @type {State} */
export const initial = {
  link: "connecting",
  closeCode: 0,
  seq: -1,
  panel: null,
  softphone: { ready: false, error: null },
  audio: "fine",
  isRingBlocked: false,
  ending: "",
  pending: [],
  muteWanted: null,
  pane: "contact",
  keypad: false,
  digits: "",
};

const TALKING = ["connected", "hold"];
const ENDABLE = ["connecting", ...TALKING];
const MUTING = ["connection.mute", "connection.unmute"];
const RING_GRACE = 2000; // the snapshot that ends the ring may be on its way

/** @param {State} state @param {Message} message @returns {State} */
export function reduce(state, message) {
  switch (message.type) {
    case "snapshot":
      return snapshot(state, message);
    case "taken":
      return state.panel ? { ...state, panel: { ...state.panel, hasAudio: false, media: null } } : state;
    case "link.open":
      // The server may have started anew and count from the beginning, so any first number is taken.
      return { ...state, link: "open", seq: -1, pending: [] };
    case "link.trouble":
      return { ...state, link: message.kind };
    case "link.closed":
      // Who asks for the end of a call now is not heard any more.
      return { ...state, link: "closed", closeCode: message.code, ending: state.ending && "unheard" };
    case "softphone":
      // That all is well is told once; a failure each time, because somebody may have pressed for it.
      return state.softphone.ready && message.softphone.ready ? state : { ...state, softphone: message.softphone };
    case "audio":
      return { ...state, audio: message.audio };
    case "ring":
      return message.isBlocked === state.isRingBlocked ? state : { ...state, isRingBlocked: message.isBlocked };
    case "ending":
      return { ...state, ending: message.ending };
    default:
      return gesture(state, message);
  }
}

/** @param {State} state @param {Message} message @returns {State} what the person did here */
function gesture(state, message) {
  switch (message.type) {
    case "command.sent":
      return sent(state, message.name);
    case "command.done":
      return done(state, message);
    case "pane":
      return { ...state, pane: message.pane, keypad: false };
    case "keypad":
      return { ...state, keypad: message.open };
    case "digit":
      return { ...state, digits: (state.digits + message.digit).slice(-20) };
    default:
      return state; // a message of a later version of the server
  }
}

/** @param {State} state @param {{ seq: number, panel: Panel }} message @returns {State} */
function snapshot(state, { seq, panel }) {
  if (seq < state.seq) return state;
  const sameContact = panel.contact?.id === state.panel?.contact?.id;
  const talking = sameContact && TALKING.includes(panel.activity);
  return {
    ...state,
    seq,
    panel,
    audio: panel.media ? state.audio : "fine",
    ending: sameContact && ENDABLE.includes(panel.activity) ? state.ending : "",
    muteWanted: sameContact && panel.contact && panel.contact.muted !== state.muteWanted ? state.muteWanted : null,
    keypad: talking && state.keypad,
    digits: talking ? state.digits : "",
    // A call that begins to ring brings the panel back from its settings.
    pane: panel.activity === "incoming" && !sameContact ? "contact" : state.pane,
  };
}

/** @param {State} state @param {string} name @returns {State} */
function sent(state, name) {
  const muteWanted = MUTING.includes(name) ? name === "connection.mute" : state.muteWanted;
  return { ...state, muteWanted, pending: [...state.pending, name] };
}

/** @param {State} state @param {{ name: string, ok: boolean }} message @returns {State} */
function done(state, { name, ok }) {
  const index = state.pending.indexOf(name);
  const pending = state.pending.filter((_, place) => place !== index);
  // A wish that was granted stays until the snapshot shows it; one that was refused is given up at once.
  return { ...state, pending, muteWanted: MUTING.includes(name) && !ok ? null : state.muteWanted };
}

/** Whether this microphone is silent: the wish of the person first, then what the server knows. @param {State} state */
export function isMuted(state) {
  return state.muteWanted ?? state.panel?.contact?.muted ?? false;
}

/** The leg this window has a line for; null: none, or its end was asked for and nobody hears it. @param {State} state */
export function wantedLeg({ panel, ending }) {
  return panel?.hasAudio && ending !== "unheard" ? panel.media : null;
}

/**
 * The call for which this window rings; null when none, or when another window has the audio. A ring ends when it is
 * due, and with the session: a server that is away cannot say that it is over.
 * @param {State} state @param {number} now by the server's clock
 */
export function ringingContact({ link, panel }, now) {
  if (panel?.activity !== "incoming" || !panel.hasAudio || link === "closed") return null;
  const isOver = now > Date.parse(panel.contact?.ringDueAt ?? "") + RING_GRACE;
  return isOver ? null : panel.contact;
}
