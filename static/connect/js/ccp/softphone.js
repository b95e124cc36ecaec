// @ts-check
// The audio of this window: is a microphone there, and the line of the leg that the server names.
import { chosen, microphoneError, openMicrophone } from "../lib/devices.js";
import { Line, stopStream } from "../lib/webrtc.js";

/** @typedef {import("./types.js").Leg} Leg */
/** @typedef {import("./types.js").Softphone} Readiness */
/**
 * @typedef {{ negotiate: (leg: Leg, sdp: string) => Promise<string>, onReadiness: (readiness: Readiness) => void,
 *   onAudio: (audio: "fine" | "lost") => void, onFailure: (error: unknown) => void }} Doors
 */

const RETRY_AFTER = 1000;

export class Softphone {
  #doors;
  /** @type {Line | null} */ #line = null;
  #wanted = "";
  /** @type {Leg | null} */ #leg = null;
  #muted = false;
  #retry = 0;

  /** @param {Doors} doors */
  constructor(doors) {
    this.#doors = doors;
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#devicesChanged());
    void this.#watchPermission();
  }

  /** Opens the microphone for a moment, which makes the browser ask, and reports. @returns {Promise<boolean>} */
  async prepare() {
    if (this.#line) return true;
    try {
      stopStream(await openMicrophone());
      this.#doors.onReadiness({ ready: true, error: null });
      return true;
    } catch (error) {
      this.#doors.onReadiness({ ready: false, error: microphoneError(error) });
      return false;
    }
  }

  /** Holds exactly the line the server names. @param {Leg | null} leg @param {boolean} muted */
  sync(leg, muted) {
    this.#muted = muted;
    this.#line?.setMuted(muted);
    const wanted = leg ? `${leg.connection}.${leg.generation}` : "";
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#leg = leg;
    this.#close();
    if (leg) void this.#open(leg, wanted);
  }

  /** @param {string} digit @returns {boolean} */
  sendDigit(digit) {
    return this.#line?.sendDigit(digit) ?? false;
  }

  /** Takes the devices chosen in Settings into the running call. */
  async useChosenDevices() {
    if (!this.#line) return;
    await this.#line.useSpeaker(chosen("speaker"));
    await this.#line.replaceMicrophone(await openMicrophone());
  }

  /** @param {Leg} leg @param {string} wanted */
  async #open(leg, wanted) {
    const stream = await this.#microphone();
    if (!stream) return;
    if (this.#wanted !== wanted) return stopStream(stream);
    const line = new Line(stream, { speaker: chosen("speaker"), onState: (state) => this.#stateChanged(line, state) });
    this.#line = line;
    line.setMuted(this.#muted);
    stream.getAudioTracks()[0].onended = () => void this.#devicesChanged();
    try {
      const answer = await this.#doors.negotiate(leg, await line.offer());
      if (this.#line === line) await line.answer(answer);
    } catch (error) {
      if (this.#line === line) this.#again(error);
    }
  }

  /** @returns {Promise<MediaStream | null>} */
  async #microphone() {
    try {
      return await openMicrophone();
    } catch (error) {
      this.#doors.onReadiness({ ready: false, error: microphoneError(error) });
      return null;
    }
  }

  /** @param {Line} line @param {RTCPeerConnectionState} state */
  #stateChanged(line, state) {
    if (line !== this.#line) return;
    if (state === "connected") this.#doors.onAudio("fine");
    if (state === "disconnected") this.#doors.onAudio("lost");
    if (state === "failed") this.#again(null);
  }

  /** The leg is still wanted: builds its line anew. @param {unknown} error */
  #again(error) {
    this.#doors.onAudio("lost");
    if (error) this.#doors.onFailure(error);
    this.#close();
    const [leg, wanted] = [this.#leg, this.#wanted];
    this.#retry = window.setTimeout(() => {
      if (leg && this.#wanted === wanted) void this.#open(leg, wanted);
    }, RETRY_AFTER);
  }

  #close() {
    window.clearTimeout(this.#retry);
    this.#line?.close();
    this.#line = null;
  }

  /** A headset came or went: the call goes on with the chosen device, or the default when it has gone. */
  async #devicesChanged() {
    try {
      const track = this.#line?.stream.getAudioTracks()[0];
      if (this.#line && track?.readyState === "live") await this.#line.useSpeaker(chosen("speaker"));
      else if (this.#line) await this.useChosenDevices();
      else await this.prepare();
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
