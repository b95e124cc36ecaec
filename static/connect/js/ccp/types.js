// @ts-check
// The shapes of the panel socket, as its contract has them. A real module, because the storage that renames static
// files follows every import it reads, those in comments too.

/** @typedef {"offline" | "available" | "away" | "incoming" | "connecting" | "connected" | "hold" | "acw" | "missed" | "error"} Activity */
/** @typedef {{ id: string, name: string, type: "routable" | "not_routable" | "offline" }} Status */
/**
 * @typedef {{ id: string, offer: string, queue: string, number: string | null, numberDisplay: string,
 *   attributes: [string, string][], enqueuedAt: string | null, ringDueAt: string | null, connectedAt: string | null,
 *   acwDueAt: string | null, recorded: string[], muted: boolean, onHold: boolean, endReason: string | null }} Contact
 */
/** @typedef {{ connection: string, generation: number }} Leg */
/**
 * @typedef {{ activity: Activity, since: string, statusName: string, nextStatus: { id: string, name: string } | null,
 *   statuses: Status[], hasAudio: boolean,
 *   user: { name: string, username: string, theme: string, shortcuts: boolean },
 *   phone: { type: "SOFT_PHONE" | "DESK_PHONE", number: string, isLocked: boolean },
 *   instance: { alias: string, name: string },
 *   contact: Contact | null, media: Leg | null, permitted: string[] }} Panel
 */
/** @typedef {{ ready: boolean, error: string | null }} Softphone */
/** @typedef {"connecting" | "open" | "lost" | "long" | "closed"} Link */
/** End call was pressed: asked of the server, or not heard by it yet; then the audio is closed. @typedef {"" | "asked" | "unheard"} Ending */
/**
 * @typedef {{ link: Link, closeCode: number, seq: number, panel: Panel | null, softphone: Softphone,
 *   audio: import("../lib/line-keeper.js").Audio, isRingBlocked: boolean, ending: Ending, pending: string[], muteWanted: boolean | null, pane: "contact" | "settings",
 *   keypad: boolean, digits: string }} State
 */
/**
 * @typedef {{ type: "snapshot", seq: number, now: string, panel: Panel }
 *   | { type: "taken" }
 *   | { type: "link.open" }
 *   | { type: "link.trouble", kind: "lost" | "long" }
 *   | { type: "link.closed", code: number }
 *   | { type: "softphone", softphone: Softphone }
 *   | { type: "audio", audio: import("../lib/line-keeper.js").Audio }
 *   | { type: "ring", isBlocked: boolean }
 *   | { type: "ending", ending: Ending }
 *   | { type: "command.sent", name: string }
 *   | { type: "command.done", name: string, ok: boolean }
 *   | { type: "pane", pane: "contact" | "settings" }
 *   | { type: "keypad", open: boolean }
 *   | { type: "digit", digit: string }} Message
 */

export {};
