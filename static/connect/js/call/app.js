// @ts-check
// The caller's page: microphone, socket and line of one call.
import { microphoneError, microphoneSentence, openMicrophone } from "../lib/devices.js";
import { part, show } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { showLevel } from "../lib/level.js";
import { Socket } from "../lib/socket.js";
import { createStore } from "../lib/store.js";
import { everySecond } from "../lib/ticker.js";
import { keyTone } from "../lib/tones.js";
import { Line, stopStream } from "../lib/webrtc.js";
import { initial, isLive, reduce } from "./reducer.js";
import { View } from "./view.js";

class CallPage {
  #root;
  #store = createStore(reduce, initial);
  /** @type {Socket | null} */ #socket = null;
  /** @type {Line | null} */ #line = null;
  #stopLevel = () => {};

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  start() {
    const view = new View(this.#root);
    this.#store.subscribe((next) => {
      view.draw(next);
      if (!isLive(next)) this.#release();
    });
    view.draw(this.#store.get());
    everySecond(() => view.tick());
    part(this.#root, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#call();
    });
    part(this.#root, "hang-up").addEventListener("click", () => this.#hangUp());
    part(this.#root, "keypad-open").addEventListener("click", () => {
      this.#store.dispatch({ type: "keypad", open: !this.#store.get().keypad });
    });
    for (const key of this.#root.querySelectorAll("[data-digit]")) {
      key.addEventListener("click", () => this.#dial(key.getAttribute("data-digit") ?? ""));
    }
  }

  async #call() {
    if (isLive(this.#store.get()) || !this.#checkNumber()) return;
    this.#store.dispatch({ type: "call", at: Date.now() });
    const stream = await this.#microphone();
    if (!stream) return;
    // Hung up while the browser was still asking.
    if (!isLive(this.#store.get())) return stopStream(stream);
    const line = new Line(stream, { onState: (state) => this.#lineChanged(state) });
    this.#line = line;
    this.#stopLevel = showLevel(stream, /** @type {HTMLMeterElement} */ (part(this.#root, "level")));
    const sdp = await line.offer();
    if (this.#line === line) this.#connect(sdp);
  }

  /** @returns {Promise<MediaStream | null>} */
  async #microphone() {
    try {
      return await openMicrophone("");
    } catch (error) {
      this.#store.dispatch({ type: "refused", message: microphoneSentence(microphoneError(error)) });
      return null;
    }
  }

  /** @param {string} sdp */
  #connect(sdp) {
    const { socket: path, number } = this.#root.dataset;
    const socket = new Socket(path ?? "", {
      onOpen: () => socket.send({ type: "call", number, from: this.#ownNumber() || null, attributes: {}, sdp }),
      onMessage: (message) => void this.#heard(message),
      // A caller's call lives with its socket: a lost one is not taken up again.
      onTrouble: () => this.#broken(),
      onClosed: () => this.#broken(),
    });
    this.#socket = socket;
    socket.start();
  }

  /** @param {any} message */
  async #heard(message) {
    if (message.type === "started") await this.#answered(message.sdp);
    if (message.type === "state") this.#store.dispatch({ ...message, at: Date.now() });
    if (message.type === "refused") this.#store.dispatch({ type: "refused", message: message.message });
  }

  /** @param {string} sdp */
  async #answered(sdp) {
    try {
      await this.#line?.answer(sdp);
    } catch {
      this.#broken();
    }
  }

  #broken() {
    this.#store.dispatch({ type: "broken", message: gettext("The connection to the server was lost. Check your network and call again.") });
  }

  /** @param {RTCPeerConnectionState} state */
  #lineChanged(state) {
    if (state === "failed") {
      this.#store.dispatch({ type: "broken", message: gettext("The audio could not be connected. A firewall may block it; try another network.") });
    }
  }

  #hangUp() {
    this.#socket?.send({ type: "hang_up" });
    this.#store.dispatch({ type: "state", state: "ended", cause: "CUSTOMER_DISCONNECT", at: Date.now() });
  }

  /** @param {string} digit */
  #dial(digit) {
    if (!this.#line?.sendDigit(digit)) return;
    keyTone(digit);
    this.#store.dispatch({ type: "digit", digit });
  }

  #release() {
    this.#stopLevel();
    this.#stopLevel = () => {};
    this.#line?.close();
    this.#line = null;
    this.#socket?.stop();
    this.#socket = null;
  }

  #ownNumber() {
    return this.#field().value.replace(/[\s().-]/g, "");
  }

  /** A slip is worth saying before the call; what a number is, the server decides. @returns {boolean} */
  #checkNumber() {
    const number = this.#ownNumber();
    const wrong = number !== "" && !/^\+[0-9]{4,15}$/.test(number);
    show(part(this.#root, "number-error"), wrong);
    this.#field().setAttribute("aria-invalid", String(wrong));
    if (wrong) this.#field().focus();
    return !wrong;
  }

  #field() {
    return /** @type {HTMLInputElement} */ (part(this.#root, "own-number"));
  }
}

const root = document.querySelector("[data-call]");
if (root instanceof HTMLElement) new CallPage(root).start();
