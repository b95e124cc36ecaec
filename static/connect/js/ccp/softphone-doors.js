// @ts-check
// What the softphone asks of the panel, and tells it.
import { isPassing, Refusal } from "../lib/socket.js";
import { Stale } from "../lib/webrtc.js";

/**
 * What of the panel this needs.
 * @typedef {{ complain: (text: string) => void, socket: { ask: (message: object) => Promise<any> },
 *   store: { get: () => import("./types.js").State, dispatch: (message: import("./types.js").Message) => void } }} App
 */

// The snapshot that names another window, or says that the call is over, is on its way.
const TOLD_OTHERWISE = ["AUDIO_ELSEWHERE", "NOT_FOUND"];

/** @param {App} app @returns {import("./softphone.js").Doors} */
export function softphoneDoors(app) {
  const { store } = app;
  return {
    negotiate: (leg, sdp) => negotiate(app, leg, sdp),
    onReadiness: (softphone) => store.dispatch({ type: "softphone", softphone }),
    onAudio: (audio) => store.dispatch({ type: "audio", audio }),
    onFailure: (error) => {
      // There will be no other line, and nobody who says that the call is over.
      if (store.get().link === "closed") return store.dispatch({ type: "ending", ending: "unheard" });
      if (!(error instanceof Refusal) || isPassing(error) || TOLD_OTHERWISE.includes(error.code)) return;
      app.complain(error.message);
    },
  };
}

/** @param {App} app @param {import("./types.js").Leg} leg @param {string} sdp @returns {Promise<string>} the answer */
async function negotiate({ socket }, leg, sdp) {
  try {
    return (await socket.ask({ type: "media.offer", ...leg, sdp })).sdp;
  } catch (error) {
    if (error instanceof Refusal && error.code === "STALE_LEG") throw new Stale(error.generation);
    throw error;
  }
}
