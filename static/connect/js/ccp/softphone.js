// @ts-check
// The audio of this window: is a microphone there, and the line of the leg that the server names.
import { chosen, microphoneError, openMicrophone } from "../lib/devices.js";
import { LineKeeper } from "../lib/line-keeper.js";
import { onNetworkChange } from "../lib/network.js";
import { stopStream } from "../lib/webrtc.js";

/** @typedef {import("./types.js").Leg} Leg */
/** @typedef {import("./types.js").Softphone} Readiness */
/**
 * @typedef {{ negotiate: (leg: Leg, sdp: string) => Promise<string>, onReadiness: (readiness: Readiness) => void,
 *   onAudio: (audio: import("../lib/line-keeper.js").Audio) => void, onFailure: (error: unknown) => void }} Doors
 */

export class Softphone {
  #doors;
  #keeper;

  /** @param {Doors} doors */
  constructor(doors) {
    this.#doors = doors;
    this.#keeper = new LineKeeper({
      negotiate: doors.negotiate,
      microphone: () => this.#microphone(),
      onStream: (stream) => {
        stream.getAudioTracks()[0].onended = () => void this.prepare();
      },
      onAudio: doors.onAudio,
      onFailure: doors.onFailure,
    });
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.prepare());
    onNetworkChange(() => this.#keeper.renew());
    void this.#watchPermission();
  }

  /**
   * Sees to a microphone that works and reports; may make the browser ask. A headset that came or went, too: the call
   * goes on with the chosen device, or the default when it has gone. @returns {Promise<boolean>}
   */
  async prepare() {
    try {
      if (this.#keeper.hasMicrophone) await this.#keeper.useSpeaker(chosen("speaker"));
      else await this.#findMicrophone();
      return this.#report(null);
    } catch (error) {
      return this.#report(error);
    }
  }

  /** Holds exactly the line the server names. @param {Leg | null} leg @param {{ muted: boolean, silent: boolean }} wishes */
  sync(leg, { muted, silent }) {
    this.#keeper.setMuted(muted);
    this.#keeper.setSilent(silent);
    this.#keeper.follow(leg);
  }

  /** @param {string} digit @returns {boolean} */
  sendDigit(digit) {
    return this.#keeper.line?.sendDigit(digit) ?? false;
  }

  /** Takes the devices chosen in Settings into the running call. */
  async useChosenDevices() {
    if (!this.#keeper.line) return;
    await this.#keeper.useSpeaker(chosen("speaker"));
    await this.#keeper.useMicrophone(await openMicrophone());
    this.#report(null);
  }

  /** Into the call if there is one, else for a moment: then the next call can have it. */
  async #findMicrophone() {
    if (this.#keeper.line) await this.useChosenDevices();
    else stopStream(await openMicrophone());
    if (!this.#keeper.line?.isUp) this.#keeper.renew(); // a call may be waiting for it
  }

  /** @returns {Promise<MediaStream | null>} */
  async #microphone() {
    try {
      await this.#keeper.useSpeaker(chosen("speaker"));
      const stream = await openMicrophone();
      this.#report(null);
      return stream;
    } catch (error) {
      this.#report(error);
      return null;
    }
  }

  /** @param {unknown} error what keeps the microphone from being opened; null: nothing @returns {boolean} */
  #report(error) {
    const ready = error === null;
    this.#doors.onReadiness({ ready, error: ready ? null : microphoneError(error) });
    return ready;
  }

  async #watchPermission() {
    try {
      const permission = await navigator.permissions.query({ name: /** @type {any} */ ("microphone") });
      permission.onchange = () => void this.prepare();
    } catch {
      // This browser does not tell; the next call or the next look at the devices will.
    }
  }
}
