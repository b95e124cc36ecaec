// @ts-check
// What the player knows, changed only by `reduce`. Seconds everywhere; peaks are 0 to 1.

/** @typedef {{ per_second: number, customer: number[], agent: number[] }} Peaks */
/**
 * @typedef {{ state: string, is_partial: boolean, participants: string[], started_at: string,
 *   duration_ms: number | null, url: string | null, download_url?: string | null,
 *   deleted_reason?: string | null, peaks: Peaks | null }} Recording
 */
/** @typedef {"loading" | "ready" | "recording" | "preparing" | "none" | "failed" | "deleted" | "refused" | "signed_out" | "unreachable"} Phase */
/** @typedef {"both" | "agent" | "customer"} Channel */
/**
 * @typedef {{ phase: Phase, recording: Recording | null, wants: boolean, waiting: boolean,
 *   position: number, duration: number, speed: number, channel: Channel, volume: number }} State
 */
/**
 * @typedef {{ type: "fetched", recording: Recording } | { type: "refused", status: number }
 *   | { type: "unreachable" } | { type: "toggle" } | { type: "stop" } | { type: "waiting", waiting: boolean }
 *   | { type: "at", position: number } | { type: "seek", position: number } | { type: "skip", by: number }
 *   | { type: "speed", speed: number } | { type: "channel", channel: Channel } | { type: "volume", volume: number }
 *   } Message
 */

/** @type {Record<string, Phase>} */
const PHASES = { recording: "recording", stopped: "preparing", failed: "failed", deleted: "deleted" };
/** @type {Record<number, Phase>} */
const REFUSALS = { 401: "signed_out", 403: "refused", 404: "none" };

/** @type {State} */
export const INITIAL = {
  phase: "loading",
  recording: null,
  wants: false,
  waiting: false,
  position: 0,
  duration: 0,
  speed: 1,
  channel: "both",
  volume: 1,
};

/** @param {State} state @param {Message} message @returns {State} */
export function reduce(state, message) {
  switch (message.type) {
    case "fetched":
      return fetched(state, message.recording);
    case "refused":
      return { ...state, phase: REFUSALS[message.status] ?? "unreachable", wants: false };
    case "unreachable":
      return { ...state, phase: "unreachable", wants: false, waiting: false };
    case "toggle":
      return toggled(state);
    case "stop":
      return { ...state, wants: false, waiting: false };
    case "waiting":
      return { ...state, waiting: message.waiting };
    case "at":
    case "seek":
      return { ...state, position: within(message.position, state.duration) };
    case "skip":
      return { ...state, position: within(state.position + message.by, state.duration) };
    case "speed":
      return { ...state, speed: message.speed };
    case "channel":
      return { ...state, channel: message.channel };
    case "volume":
      return { ...state, volume: within(message.volume, 1) };
  }
}

/** @param {State} state @param {Recording} recording @returns {State} */
function fetched(state, recording) {
  const duration = (recording.duration_ms ?? 0) / 1000;
  const phase = recording.state === "available" ? (recording.url ? "ready" : "refused") : PHASES[recording.state] ?? "failed";
  const wants = state.wants && phase === "ready";
  return { ...state, phase, recording, duration, wants, position: within(state.position, duration) };
}

/** Play at the end begins anew. @param {State} state @returns {State} */
function toggled(state) {
  if (state.phase !== "ready") return state;
  if (state.wants) return { ...state, wants: false, waiting: false };
  const over = state.position >= state.duration - 0.05;
  return { ...state, wants: true, position: over ? 0 : state.position };
}

/** @param {number} value @param {number} most */
function within(value, most) {
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), most) : 0;
}

/**
 * Hold stretches as places in the recording; those outside it are left out.
 * @param {[string, string | null][]} holds ISO instants @param {Recording} recording
 * @returns {{ from: number, to: number }[]}
 */
export function holdsWithin(holds, recording) {
  const start = Date.parse(recording.started_at);
  const duration = (recording.duration_ms ?? 0) / 1000;
  return holds
    .map(([from, to]) => ({
      from: within((Date.parse(from) - start) / 1000, duration),
      to: to === null ? duration : within((Date.parse(to) - start) / 1000, duration),
    }))
    .filter(({ from, to }) => to > from);
}
