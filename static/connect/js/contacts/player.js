// @ts-check
// The player: gestures become messages, the state moves the sound, and a link that has lapsed is renewed in place.
import { createStore } from "../lib/store.js";
import { listen } from "./gestures.js";
import { Sound } from "./sound.js";
import { INITIAL, reduce } from "./state.js";
import { View } from "./player-view.js";

/** @typedef {import("./state.js").State} State */

const ASK_AGAIN = 3000; // milliseconds, while the recording is being made
const TRIES = 2; // fresh links in a row without a sound

export class Player {
  #address;
  #sound = new Sound();
  #store = createStore(reduce, INITIAL);
  #tries = 0;
  #opened = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#address = root.dataset.recording ?? "";
    const view = new View(root);
    this.#store.subscribe((next, previous) => {
      this.#move(next, previous);
      view.draw(next);
    });
    listen(root, {
      dispatch: this.#store.dispatch,
      again: () => this.#again(),
      download: () => void this.#download(),
    });
    this.#hear(this.#sound.element);
    view.draw(this.#store.get());
    void this.#fetch();
  }

  #again() {
    this.#tries = 0;
    void this.#fetch();
  }

  async #fetch() {
    const message = await this.#asked();
    this.#store.dispatch(message);
  }

  /** A link of its own, made at the click: the one for playing stays as it is. */
  async #download() {
    const message = await this.#asked();
    if (message.type !== "fetched") this.#store.dispatch(message);
    else if (message.recording.download_url) location.assign(message.recording.download_url);
  }

  /** @returns {Promise<import("./state.js").Message>} */
  async #asked() {
    try {
      const answer = await fetch(this.#address, { headers: { Accept: "application/json" } });
      if (!answer.ok) return { type: "refused", status: answer.status };
      return { type: "fetched", recording: await answer.json() };
    } catch {
      return { type: "unreachable" };
    }
  }

  /** Brings the sound to where the state is. @param {State} next @param {State} previous */
  #move(next, previous) {
    const { element } = this.#sound;
    const url = next.phase === "ready" ? next.recording?.url : null;
    if (url && url !== this.#opened) this.#sound.open((this.#opened = url), next.position);
    if (next.position !== previous.position && Math.abs(element.currentTime - next.position) > 0.01) element.currentTime = next.position;
    element.playbackRate = next.speed;
    if (next.channel !== previous.channel) this.#sound.listenTo(next.channel);
    if (next.volume !== previous.volume) this.#sound.setVolume(next.volume);
    if (next.wants && element.paused) void this.#play();
    if (!next.wants && !element.paused) element.pause();
    if (next.recording !== previous.recording && ["recording", "preparing"].includes(next.phase)) {
      window.setTimeout(() => void this.#fetch(), ASK_AGAIN);
    }
  }

  async #play() {
    try {
      await this.#sound.play();
    } catch (reason) {
      // A lapsed link is told by the element's own error; what the browser forbids is only here.
      if (reason instanceof DOMException && reason.name === "NotAllowedError") this.#store.dispatch({ type: "stop" });
    }
  }

  /** @param {HTMLAudioElement} element */
  #hear(element) {
    element.addEventListener("timeupdate", () => {
      if (!element.seeking && element.readyState > 0) this.#store.dispatch({ type: "at", position: element.currentTime });
    });
    element.addEventListener("playing", () => {
      this.#tries = 0;
      this.#store.dispatch({ type: "waiting", waiting: false });
    });
    element.addEventListener("waiting", () => this.#store.dispatch({ type: "waiting", waiting: true }));
    element.addEventListener("ended", () => this.#store.dispatch({ type: "stop" }));
    element.addEventListener("error", () => this.#renew());
  }

  /** The link lapsed, or the line broke: a fresh link goes on at the same place. */
  #renew() {
    this.#tries += 1;
    if (this.#tries > TRIES) this.#store.dispatch({ type: "unreachable" });
    else void this.#fetch();
  }
}
