// @ts-check
// The sound of the caller's page: a line for each generation of the one call there is.
import { microphoneError, microphoneSentence, openMicrophone } from "../lib/devices.js";
import { LineKeeper } from "../lib/line-keeper.js";
import { Refusal } from "../lib/socket.js";
import { Stale } from "../lib/webrtc.js";

/**
 * @typedef {{ begin: (sdp: string) => Promise<string> | null, ask: (message: object) => Promise<any>,
 *   onStream: (stream: MediaStream) => void, onAudio: (audio: import("../lib/line-keeper.js").Audio) => void,
 *   onNoMicrophone: (sentence: string) => void }} Doors
 *   begin: the answer to the call's first offer; null when the call has begun already
 */

export class CallAudio {
  #doors;
  #keeper;

  /** @param {Doors} doors */
  constructor(doors) {
    this.#doors = doors;
    this.#keeper = new LineKeeper({
      negotiate: (leg, sdp) => doors.begin(sdp) ?? this.#offer(leg.generation, sdp),
      microphone: () => this.#microphone(),
      onStream: doors.onStream,
      onAudio: doors.onAudio,
      onFailure: () => {}, // tried again; the notice about the sound says so
    });
  }

  get isUp() {
    return this.#keeper.line?.isUp ?? false;
  }

  /** @param {number} generation */
  follow(generation) {
    this.#keeper.follow({ connection: "call", generation });
  }

  renew() {
    this.#keeper.renew();
  }

  stop() {
    this.#keeper.follow(null);
  }

  /** @param {string} digit @returns {boolean} false when the line cannot yet */
  sendDigit(digit) {
    return this.#keeper.line?.sendDigit(digit) ?? false;
  }

  /** What a blocked microphone waited for. A browser that wanted a press before it plays has taken this one. */
  turnOn() {
    if (!this.isUp || !this.#keeper.hasMicrophone) this.#keeper.renew();
  }

  /** @param {number} generation @param {string} sdp @returns {Promise<string>} */
  async #offer(generation, sdp) {
    const reply = await this.#doors.ask({ type: "offer", generation, sdp });
    if (reply.type === "stale") throw new Stale(reply.generation);
    if (reply.type === "problem") throw new Refusal(reply);
    return reply.sdp;
  }

  /** @returns {Promise<MediaStream | null>} */
  async #microphone() {
    try {
      return await openMicrophone("");
    } catch (error) {
      this.#doors.onNoMicrophone(microphoneSentence(microphoneError(error)));
      return null;
    }
  }
}
