// @ts-check
// What the panel shows for a state: words, instants and controls. Pure; the view only draws it.
import { gettext, interpolate } from "../lib/i18n.js";
import { endSentence, recordingSentence } from "../lib/sentences.js";
import { isMuted } from "./reducer.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Panel} Panel */
/** @typedef {{ shown: boolean, enabled: boolean, busy: boolean, reason: string }} Control */
/**
 * @typedef {{ colour: string, heading: string, detail: string, note: string, icon: string, idle: boolean,
 *   up: string | null, down: string | null, endsAt: string | null }} Screen
 *   up, down: the instant the large timer counts from or to, which is not there without; endsAt: the instant the detail counts to
 */

const CONTROLS = {
  "contact.accept": ["incoming"],
  "contact.reject": ["incoming"],
  "contact.end": ["connecting", "connected", "hold"],
  "contact.become_available": ["missed"],
  "contact.clear": ["acw", "missed", "error"],
};
const TOOLS = ["connecting", "connected", "hold"];

/** @param {Panel} panel @returns {Record<string, () => Partial<Screen>>} */
function screens(panel) {
  const contact = panel.contact;
  const queue = contact?.queue ?? "";
  return {
    offline: () => ({ heading: gettext("You are offline"), note: gettext("Choose Available to receive contacts."), icon: "moon", idle: true }),
    available: () => ({ heading: gettext("Ready for contacts"), icon: "phone", idle: true }),
    away: () => ({ heading: panel.statusName, note: gettext("You receive no contacts until you choose Available."), icon: "clock", idle: true }),
    incoming: () => ({ colour: "ringing", heading: gettext("Incoming call"), detail: queue, down: contact?.ringDueAt ?? null }),
    connecting: () => ({ colour: "ringing", heading: gettext("Connecting"), detail: gettext("The audio is being connected.") }),
    connected: () => ({ heading: gettext("Connected"), detail: recordingSentence(contact?.recorded ?? []) }),
    hold: () => ({ heading: gettext("Customer on hold"), detail: gettext("Hold music playing") }),
    acw: () => ({ heading: gettext("After call work"), detail: contact?.endReason ? endSentence(contact.endReason) : queue, endsAt: contact?.acwDueAt ?? null }),
    missed: () => ({ heading: gettext("Missed call"), detail: queue, note: gettext("You will not be offered contacts until you choose Clear contact or Become available.") }),
    error: () => ({ heading: gettext("Error"), detail: queue, note: contact?.endReason ? endSentence(contact.endReason) : gettext("The call could not be connected. Clear the contact to go on.") }),
  };
}

/** Over for this page, which the server tells nothing more. @param {State} state @returns {boolean} */
export function isOver({ link, ending }) {
  return link === "closed" && ending !== "";
}

/** @param {import("./types.js").Link} link @returns {Partial<Screen>} what End call shows until the server has done it */
function endingScreen(link) {
  const heard = gettext("You are not heard any more.");
  if (link === "closed") return { colour: "offline", heading: gettext("Call ended"), detail: heard, up: null };
  const waiting = gettext("You are not heard any more. The call ends when the server can be reached again.");
  return { colour: "offline", heading: gettext("Ending…"), detail: link === "open" ? heard : waiting };
}

/** @param {State} state @returns {Screen} */
export function screenNow(state) {
  const screen = screenOf(/** @type {Panel} */ (state.panel));
  return state.ending ? { ...screen, ...endingScreen(state.link) } : screen;
}

/** @param {Panel} panel @returns {Screen} */
export function screenOf(panel) {
  const plain = { colour: panel.activity, heading: "", detail: "", note: "", icon: "phone", idle: false, down: null, endsAt: null };
  const special = screens(panel)[panel.activity]();
  return { ...plain, up: special.down ? null : panel.since, ...special };
}

/** Why nothing can be pressed just now; empty when the server can be asked. @param {State} state @returns {string} */
export function obstacle(state) {
  if (isOver(state)) return gettext("The call has ended.");
  if (state.ending) return gettext("The call is being ended.");
  if (state.link === "closed") return gettext("This page is not connected to the server any more.");
  return state.link === "open" ? "" : gettext("Possible again when the connection to the server is back.");
}

/** @param {State} state @param {string} name @param {boolean} shown @returns {Control} */
function control(state, name, shown) {
  const permitted = state.panel?.permitted.includes(name) ?? false;
  // A call can be ended without the server: the audio is closed here, the rest follows.
  const needsServer = name !== "contact.end";
  const obstructed = needsServer || state.ending ? obstacle(state) : "";
  const reason = obstructed || (permitted ? "" : gettext("Not possible at this moment of the call."));
  const busy = state.pending.includes(name) || (name === "contact.end" && state.ending !== "" && !isOver(state));
  return { shown, enabled: reason === "", busy, reason };
}

/** The large buttons. @param {State} state @returns {Record<string, Control>} */
export function buttonsOf(state) {
  const activity = state.panel?.activity ?? "";
  return Object.fromEntries(
    Object.entries(CONTROLS).map(([name, where]) => [name, control(state, name, where.includes(activity))]),
  );
}

/** The tools of a call; each says which command it would send now. @param {State} state */
export function toolsOf(state) {
  const activity = state.panel?.activity ?? "";
  const shown = TOOLS.includes(activity);
  const held = state.panel?.contact?.onHold ?? false;
  const hold = held ? "connection.resume" : "connection.hold";
  const mute = isMuted(state) ? "connection.unmute" : "connection.mute";
  // Mute answers at once and is confirmed afterwards, so it is never busy; after a wish not yet confirmed the
  // server still permits the opposite.
  const mutable = control(state, state.muteWanted === null ? mute : opposite(mute), shown);
  return {
    shown,
    hold: { command: hold, on: held, label: held ? gettext("Resume") : gettext("Hold"), ...control(state, hold, shown) },
    mute: { command: mute, on: isMuted(state), label: isMuted(state) ? gettext("Unmute") : gettext("Mute"), ...mutable, busy: false },
    keypad: keypad(state, shown),
  };
}

/** @param {string} mute @returns {string} */
function opposite(mute) {
  return mute === "connection.mute" ? "connection.unmute" : "connection.mute";
}

/** Digits leave by the audio line of this window. @param {State} state @param {boolean} shown */
function keypad(state, shown) {
  const able = state.panel?.activity === "connected" && state.panel.hasAudio && !state.ending;
  const reason = able ? "" : gettext("Digits can be sent while you talk, from the window that has the audio.");
  return { on: state.keypad, label: gettext("Keypad"), shown, enabled: able, busy: false, reason };
}

/** The status a person chose: its colour, icon and what comes after this contact. @param {Panel} panel */
export function statusOf(panel) {
  const current = panel.statuses.find((status) => status.name === panel.statusName);
  const look = {
    routable: { colour: "available", icon: "check" },
    not_routable: { colour: "away", icon: "clock" },
    offline: { colour: "offline", icon: "moon" },
  }[current?.type ?? "offline"];
  const next = panel.nextStatus
    ? interpolate(gettext("%(status)s after this contact"), { status: panel.nextStatus.name })
    : "";
  return { ...look, name: panel.statusName, next, current: current?.id ?? null };
}
