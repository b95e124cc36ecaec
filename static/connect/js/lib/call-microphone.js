// @ts-check
// The microphone of one call: opened once, kept through every line of the call, closed with it.
import { stopStream } from "./webrtc.js";

export class CallMicrophone {
  #ask;
  #onStream;
  /** @type {Promise<MediaStream | null> | null} */ #opening = null;
  /** @type {MediaStream | null} */ #stream = null;
  #enabled = true;

  /** @param {() => Promise<MediaStream | null>} ask null when there is none @param {(stream: MediaStream) => void} onStream */
  constructor(ask, onStream) {
    this.#ask = ask;
    this.#onStream = onStream;
  }

  get stream() {
    return this.#stream;
  }

  get isLive() {
    return this.#stream?.getAudioTracks()[0]?.readyState === "live";
  }

  /** @returns {Promise<MediaStream | null>} null when there is none, or the call was dropped meanwhile */
  async open() {
    if (this.isLive) return this.#stream;
    if (this.#stream) this.#opening = null; // unplugged
    this.#opening ??= this.#ask();
    const opening = this.#opening;
    const stream = await opening;
    if (opening !== this.#opening) return null; // closed meanwhile, and the stream with it
    if (stream) this.#take(stream);
    else this.#opening = null;
    return stream;
  }

  /** Another one in the middle of the call. @param {MediaStream} stream @returns {MediaStream | null} the former one */
  replace(stream) {
    const former = this.#stream;
    this.#opening = Promise.resolve(stream);
    this.#take(stream);
    return former;
  }

  /** @param {boolean} enabled */
  setEnabled(enabled) {
    this.#enabled = enabled;
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = enabled;
  }

  close() {
    void this.#opening?.then((stream) => stream && stopStream(stream));
    [this.#opening, this.#stream] = [null, null];
  }

  /** @param {MediaStream} stream */
  #take(stream) {
    if (stream === this.#stream) return;
    this.#stream = stream;
    this.setEnabled(this.#enabled);
    this.#onStream(stream);
  }
}
