// @ts-check
// One call of the caller's page: its socket, its audio line and the ticket that brings a reloaded page back to it.
// The call lives on the server: neither a broken socket nor a reload ends it, only hanging up does.
import { gettext } from "../lib/i18n.js";
import { SHORT_WAIT, Socket } from "../lib/socket.js";
import { correctClock, serverInstant } from "../lib/ticker.js";
import { CallAudio } from "./audio.js";
import { untilHeard } from "./hanging-up.js";
import { keepTicket } from "./ticket.js";

/** @typedef {import("./reducer.js").State} State */
/** @typedef {import("./ticket.js").Ticket} Ticket */
/** @typedef {{ get: () => State, dispatch: (message: import("./reducer.js").Message) => void }} Store */

const AGAIN_AFTER = 1000;

export class Conversation {
  #store;
  #socket;
  #audio;
  /** @type {Ticket | null} */ #ticket;
  /** @type {object | null} */ #request = null;
  /** @type {(sdp: string) => void} */ #started = () => {};
  #isOver = false;
  #isTelling = false;
  #hungUpAt;

  /**
   * @param {string} path the socket's @param {Store} store @param {(stream: MediaStream) => void} onStream
   * @param {Ticket | null} ticket of a call to come back to
   */
  constructor(path, store, onStream, ticket = null) {
    this.#store = store;
    this.#ticket = ticket;
    this.#hungUpAt = ticket?.hungUpAt ?? "";
    this.#socket = new Socket(path, {
      onOpen: () => void this.#opened(),
      onMessage: (message) => this.#heard(message),
      onTrouble: (link) => this.#troubled(link),
      onClosed: () => this.#broken(),
    }, { longest: SHORT_WAIT });
    this.#audio = new CallAudio({
      begin: (sdp) => (this.#ticket ? null : this.#begin(sdp)),
      ask: (message) => this.#socket.ask(message),
      onStream,
      onAudio: (audio) => store.dispatch({ type: "audio", audio }),
      onNoMicrophone: (sentence) => this.#noMicrophone(sentence),
    });
  }

  /** @param {{ number: string | undefined, from: string | null }} call */
  call({ number, from }) {
    this.#request = { type: "call", number, from, attributes: {} };
    this.#audio.follow(1);
  }

  comeBack() {
    this.#socket.start();
  }

  hangUp() {
    this.#hungUpAt = serverInstant();
    this.#audio.stop();
    this.#store.dispatch({ type: "hang-up" });
    // Pressed while the browser was still asking for the microphone: nobody knows of the call.
    if (!this.#ticket && this.#request) return this.over("CUSTOMER_DISCONNECT");
    this.remember();
    void this.#tellHangUp();
  }

  /** Writes down what a reload has to know. */
  remember() {
    if (!this.#ticket) return;
    const { stage, since } = this.#store.get();
    // A page that is loaded anew twice still knows how the call stood.
    if (stage !== "returning") this.#ticket = { ...this.#ticket, stage, since, hungUpAt: this.#hungUpAt };
    keepTicket(this.#ticket);
  }

  get audio() {
    return this.#audio;
  }

  /** The line and the socket over the former network are dead, or soon will be. */
  networkChanged() {
    if (this.#isOver) return;
    this.#socket.check();
    this.#audio.renew();
  }

  /** Nothing more is to be said or heard. @param {string | null} cause says why, unless the page shows it already */
  over(cause = null) {
    if (this.#isOver) return;
    this.#leave();
    keepTicket(null);
    if (cause !== null) this.#store.dispatch({ type: "state", state: "ended", cause, at: Date.now() });
  }

  /** The first offer is the call itself. @param {string} sdp @returns {Promise<string>} */
  #begin(sdp) {
    this.#request = { ...this.#request, sdp };
    this.#socket.start();
    return new Promise((resolve) => (this.#started = resolve));
  }

  #opened() {
    if (this.#ticket) return this.#resume();
    if (!this.#request) return this.#broken(); // asked for already, and never answered
    this.#socket.send(this.#request);
    this.#request = null;
  }

  /** @param {"lost" | "long"} link */
  #troubled(link) {
    // A call that was asked for and never answered is nothing to come back to; one not asked for yet may only be slow.
    if (!this.#ticket && (link === "long" || !this.#request)) return this.#broken();
    this.#store.dispatch({ type: "link", link });
  }

  #resume() {
    this.#socket.send({ type: "resume", token: this.#ticket?.token });
  }

  /** @param {any} message how the call stands */
  #resumed(message) {
    this.#store.dispatch({ type: "link", link: "open" });
    if (this.#hungUpAt) return void this.#tellHangUp();
    this.#progress(message);
    if (message.needs_media && this.#audio.isUp) this.#audio.renew(); // what we send does not arrive
  }

  async #tellHangUp() {
    if (this.#isTelling) return;
    this.#isTelling = true;
    await untilHeard(this.#socket, { saidAt: this.#hungUpAt, isOver: () => this.#isOver });
    this.over("CUSTOMER_DISCONNECT");
  }

  /** @param {any} message */
  #heard(message) {
    if (message.now) correctClock(message.now);
    if (message.type === "started") this.#begun(message);
    if (message.type === "resumed") this.#resumed(message);
    if (message.type === "problem" && message.about === "resume") setTimeout(() => this.#resume(), AGAIN_AFTER); // its database is away, say
    if (message.type === "state") this.#progress(message);
    if (message.type === "refused") this.#refused(message);
    if (message.type === "taken") this.#taken();
  }

  /** @param {{ resume: string, sdp: string }} message */
  #begun({ resume, sdp }) {
    const { stage, since } = this.#store.get();
    this.#ticket = { token: resume, stage, since, hungUpAt: this.#hungUpAt };
    this.remember();
    this.#store.dispatch({ type: "link", link: "open" });
    this.#started(sdp);
  }

  /** @param {any} message */
  #progress({ state, cause = null, generation = 1 }) {
    if (state === "ended") return this.over(cause ?? "");
    this.#store.dispatch({ type: "state", state, cause, at: Date.now() });
    if (this.#store.get().stage !== "ending") this.#audio.follow(generation);
  }

  /** @param {{ code: string, message: string }} refusal */
  #refused({ code, message }) {
    // The ticket's call is over: hung up from here, or ended while this page was away.
    if (code === "CALL_OVER") return this.over(this.#hungUpAt ? "CUSTOMER_DISCONNECT" : "AWAY");
    this.over();
    this.#store.dispatch({ type: "refused", message });
  }

  #taken() {
    this.#leave();
    this.#store.dispatch({ type: "taken" });
  }

  #leave() {
    this.#isOver = true;
    this.#audio.stop();
    this.#started(""); // what still waits for the answer sees that it is over, and closes its line
    this.#socket.stop();
  }

  #broken() {
    if (this.#isOver) return;
    const message = gettext("The connection to the server was lost. Check your network and call again.");
    this.over();
    this.#store.dispatch({ type: "broken", message });
    this.#store.dispatch({ type: "state", state: "ended", cause: "CUSTOMER_DISCONNECT", at: Date.now() });
  }

  /** @param {string} message */
  #noMicrophone(message) {
    if (this.#ticket) return this.#store.dispatch({ type: "audio", audio: "no-microphone", message });
    this.over();
    this.#store.dispatch({ type: "refused", message });
  }
}
