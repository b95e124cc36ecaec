// @ts-check
// The caller's page: form, buttons and keypad around one conversation.
import { part, show } from "../lib/dom.js";
import { showLevel } from "../lib/level.js";
import { onNetworkChange } from "../lib/network.js";
import { createStore } from "../lib/store.js";
import { everySecond } from "../lib/ticker.js";
import { keyTone } from "../lib/tones.js";
import { Conversation } from "./conversation.js";
import { initial, isLive, isOpen, reduce } from "./reducer.js";
import { readTicket } from "./ticket.js";
import { View } from "./view.js";

class CallPage {
  #root;
  #store = createStore(reduce, initial);
  /** @type {Conversation | null} */ #conversation = null;
  #stopLevel = () => {};

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  start() {
    const view = new View(this.#root);
    this.#store.subscribe((next, previous) => {
      view.draw(next);
      if (!isLive(next)) this.#stopLevel();
      if (next.stage !== previous.stage && isOpen(next)) this.#conversation?.remember();
    });
    view.draw(this.#store.get());
    everySecond(() => view.tick());
    onNetworkChange(() => this.#conversation?.networkChanged());
    this.#listen();
    this.#comeBack();
  }

  #listen() {
    part(this.#root, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#call();
    });
    part(this.#root, "hang-up").addEventListener("click", () => this.#conversation?.hangUp());
    part(this.#root, "come-back").addEventListener("click", () => this.#comeBack());
    part(this.#root, "turn-on").addEventListener("click", () => this.#conversation?.audio.turnOn());
    part(this.#root, "keypad-open").addEventListener("click", () => {
      this.#store.dispatch({ type: "keypad", open: !this.#store.get().keypad });
    });
    for (const key of this.#root.querySelectorAll("[data-digit]")) {
      key.addEventListener("click", () => this.#dial(key.getAttribute("data-digit") ?? ""));
    }
  }

  #call() {
    if (isOpen(this.#store.get()) || !this.#checkNumber()) return;
    this.#conversation = this.#newConversation(null);
    this.#store.dispatch({ type: "call", at: Date.now() });
    this.#conversation.call({ number: this.#root.dataset.number, from: this.#ownNumber() || null });
  }

  /** To the call this tab had before it was loaded anew, or before another window took it. */
  #comeBack() {
    const ticket = readTicket();
    if (!ticket) return;
    this.#conversation = this.#newConversation(ticket);
    this.#store.dispatch({ type: "returning", before: ticket.stage, since: ticket.since });
    if (ticket.hungUpAt) this.#store.dispatch({ type: "hang-up" });
    this.#conversation.comeBack();
  }

  /** @param {import("./ticket.js").Ticket | null} ticket */
  #newConversation(ticket) {
    return new Conversation(this.#root.dataset.socket ?? "", this.#store, (stream) => this.#showLevel(stream), ticket);
  }

  /** @param {MediaStream} stream */
  #showLevel(stream) {
    this.#stopLevel();
    const stop = showLevel(stream, /** @type {HTMLMeterElement} */ (part(this.#root, "level")));
    this.#stopLevel = () => {
      stop();
      this.#stopLevel = () => {};
    };
  }

  /** @param {string} digit */
  #dial(digit) {
    if (!this.#conversation?.audio.sendDigit(digit)) return;
    keyTone(digit);
    this.#store.dispatch({ type: "digit", digit });
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
