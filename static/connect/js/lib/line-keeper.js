// @ts-check
// Keeps one audio line for the leg that the server names. A line that fails, or whose network has changed, is replaced
// by one of a new generation. The microphone stays open meanwhile, so nobody is asked for it again.
import { CallMicrophone } from "./call-microphone.js";
import { Line, Stale, stopStream } from "./webrtc.js";

/** @typedef {{ connection: string, generation: number }} Leg */
/**
 * `fine`: heard; `lost`: being connected again; `blocked`: the browser wants a press first.
 * @typedef {"fine" | "lost" | "blocked"} Audio
 */
/**
 * @typedef {{ negotiate: (leg: Leg, sdp: string) => Promise<string>, microphone: () => Promise<MediaStream | null>,
 *   onStream: (stream: MediaStream) => void, onAudio: (audio: Audio) => void,
 *   onFailure: (error: unknown) => void }} Doors
 *   negotiate: the answer, or throws `Stale`; microphone: null when there is none, which has been said already
 */

const PATIENCE = 2000; // a path that breaks off may come back by itself
const UP_WITHIN = 8000;
const AGAIN_AFTER = 1000;

export class LineKeeper {
  #doors;
  /** @type {Leg | null} */ #leg = null;
  /** @type {Line | null} */ #line = null;
  /** @type {Line[]} */ #old = [];
  #microphone;
  #attempt = 0;
  #building = false;
  #timer = 0;
  #muted = false;
  #silent = false;
  #speaker = "";

  /** @param {Doors} doors */
  constructor(doors) {
    this.#doors = doors;
    this.#microphone = new CallMicrophone(doors.microphone, doors.onStream);
  }

  get line() {
    return this.#line;
  }

  get hasMicrophone() {
    return this.#microphone.isLive;
  }

  /** Has a line for this leg and no other; null: none, and the microphone is closed. @param {Leg | null} leg */
  follow(leg) {
    if (leg && leg.connection === this.#leg?.connection && leg.generation <= this.#leg.generation) return;
    if (leg?.connection !== this.#leg?.connection) this.#drop();
    this.#leg = leg;
    if (leg) void this.#build();
  }

  /** Another line for the same leg, unless one is being built. */
  renew() {
    if (this.#leg && !this.#building) void this.#build();
  }

  /** @param {boolean} muted whether the others hear nothing of this microphone */
  setMuted(muted) {
    this.#muted = muted;
    this.#apply();
  }

  /** @param {boolean} silent whether nothing is heard in either direction */
  setSilent(silent) {
    this.#silent = silent;
    this.#apply();
  }

  /** @param {string} speaker a device id; empty for the default */
  async useSpeaker(speaker) {
    this.#speaker = speaker;
    await this.#line?.useSpeaker(speaker);
  }

  /** Another microphone in the middle of the call. @param {MediaStream} stream */
  async useMicrophone(stream) {
    if (!this.#leg) return stopStream(stream); // the call ended while it was being opened
    const former = this.#microphone.replace(stream);
    await this.#line?.useMicrophone(stream);
    if (former) stopStream(former);
  }

  async #build() {
    const attempt = ++this.#attempt;
    const isCurrent = () => attempt === this.#attempt;
    this.#building = true;
    window.clearTimeout(this.#timer);
    try {
      await this.#connect(isCurrent);
    } catch (error) {
      if (!isCurrent()) return;
      this.#renewAfter(AGAIN_AFTER);
      this.#doors.onAudio("lost");
      this.#doors.onFailure(error);
    }
    if (isCurrent()) this.#building = false;
  }

  /** @param {() => boolean} isCurrent */
  async #connect(isCurrent) {
    const stream = await this.#microphone.open();
    if (!stream || !isCurrent()) return;
    const line = this.#newLine(stream);
    try {
      const sdp = await line.offer();
      const answer = isCurrent() ? await this.#negotiated(sdp, isCurrent) : "";
      if (isCurrent()) await line.answer(answer);
      if (!isCurrent()) return line.close();
      this.#stand(line);
      const now = this.#microphone.stream;
      if (now && now !== stream) await line.useMicrophone(now); // replaced while this line was being built
    } catch (error) {
      line.close();
      throw error;
    }
  }

  /** An offer belongs to no generation: a refused one is made again for the next. @param {string} sdp @param {() => boolean} isCurrent */
  async #negotiated(sdp, isCurrent) {
    while (isCurrent() && this.#leg) {
      try {
        return await this.#doors.negotiate(this.#leg, sdp);
      } catch (error) {
        if (!(error instanceof Stale)) throw error;
        if (isCurrent()) this.#leg = { ...this.#leg, generation: Math.max(error.generation, this.#leg.generation) };
      }
    }
    return "";
  }

  /** @param {MediaStream} stream */
  #newLine(stream) {
    const line = new Line(stream, {
      speaker: this.#speaker,
      onState: (state) => this.#stateChanged(line, state),
      onBlocked: () => line === this.#line && line.isUp && this.#up(line),
    });
    line.setSilent(this.#silent);
    return line;
  }

  /** The former line goes only when this one is up. @param {Line} line */
  #stand(line) {
    if (this.#line) this.#old.push(this.#line);
    this.#line = line;
    this.#renewAfter(UP_WITHIN);
    if (line.isUp) this.#stateChanged(line, "connected");
  }

  /** @param {Line} line @param {RTCPeerConnectionState} state */
  #stateChanged(line, state) {
    if (line !== this.#line) return;
    if (state === "connected") return this.#up(line);
    if (!["disconnected", "failed", "closed"].includes(state)) return;
    this.#doors.onAudio("lost");
    // A goodbye waits too: the server is about to say why, and it may be that another window has the call.
    if (state === "failed") this.renew();
    else if (!this.#building) this.#renewAfter(PATIENCE);
  }

  /** @param {Line} line */
  #up(line) {
    window.clearTimeout(this.#timer);
    for (const old of this.#old) old.close();
    this.#old = [];
    this.#doors.onAudio(line.isBlocked ? "blocked" : "fine");
  }

  /** @param {number} wait milliseconds */
  #renewAfter(wait) {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.renew(), wait);
  }

  #apply() {
    this.#microphone.setEnabled(!this.#muted && !this.#silent);
    for (const line of [...this.#old, this.#line]) line?.setSilent(this.#silent);
  }

  #drop() {
    this.#attempt++;
    this.#building = false;
    window.clearTimeout(this.#timer);
    for (const line of [...this.#old, this.#line]) line?.close();
    [this.#old, this.#line] = [[], null];
    this.#microphone.close();
  }
}
