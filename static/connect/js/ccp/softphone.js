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
        stream.getAudioTracks()[0].onended = () => void this.#devicesChanged();
      },
      onAudio: doors.onAudio,
      onFailure: doors.onFailure,
    });
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#devicesChanged());
    onNetworkChange(() => this.#keeper.renew());
    void this.#watchPermission();
  }

  /** Opens the microphone for a moment, which makes the browser ask, and reports. @returns {Promise<boolean>} */
  async prepare() {
    if (this.#keeper.line) return true;
    try {
      stopStream(await openMicrophone());
      this.#doors.onReadiness({ ready: true, error: null });
      this.#keeper.renew(); // a call may be waiting for it
      return true;
    } catch (error) {
      this.#doors.onReadiness({ ready: false, error: microphoneError(error) });
      return false;
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

  /** The press without which the browser plays nothing. */
  async play() {
    await this.#keeper.play();
  }

  /** Takes the devices chosen in Settings into the running call. */
  async useChosenDevices() {
    if (!this.#keeper.line) return;
    await this.#keeper.useSpeaker(chosen("speaker"));
    await this.#keeper.useMicrophone(await openMicrophone());
  }

  /** @returns {Promise<MediaStream | null>} */
  async #microphone() {
    try {
      await this.#keeper.useSpeaker(chosen("speaker"));
      return await openMicrophone();
    } catch (error) {
      this.#doors.onReadiness({ ready: false, error: microphoneError(error) });
      return null;
    }
  }

  /** A headset came or went: the call goes on with the chosen device, or the default when it has gone. */
  async #devicesChanged() {
    try {
      const track = this.#keeper.stream?.getAudioTracks()[0];
      if (!this.#keeper.line) await this.prepare();
      else if (track?.readyState === "live") await this.#keeper.useSpeaker(chosen("speaker"));
      else await this.useChosenDevices();
    } catch (error) {
      this.#doors.onReadiness({ ready: false, error: microphoneError(error) });
    }
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
