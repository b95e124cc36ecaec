// @ts-check
// A socket that comes back by itself: 0.5 to 8 (or 2) s between tries, a ping every 5 s, questions with answers.
import { gettext } from "./i18n.js";

const PING_EVERY = 5000;
const SILENCE_LIMIT = 12000;
const CHECK_WITHIN = 2000;
const ANSWER_WITHIN = 15000;
const NOTICE_AFTER = 1000;
const LONG_AFTER = 20000;
const LONGEST_WAIT = 8000;
export const SHORT_WAIT = 2000; // for a page whose call is over if it is away for ten seconds
const FINAL_CODES = [4000, 4401, 4403, 4404, 4409, 4410];

/** The server said no, or could not be asked; `code` is stable, the message is a sentence for a person. */
export class Refusal extends Error {
  /** @param {{ code: string, message: string, generation?: number }} error */
  constructor({ code, message, generation = 0 }) {
    super(message);
    this.code = code;
    this.generation = generation; // of a stale audio offer: the one to offer next
  }
}

/**
 * The wait before try n, with jitter so that a room of agents does not return at once.
 * @param {number} attempt @param {{ longest?: number, random?: () => number }} options milliseconds at most
 */
export function backoff(attempt, { longest = LONGEST_WAIT, random = Math.random } = {}) {
  const ceiling = Math.min(longest, 500 * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random();
}

/**
 * @typedef {{ onOpen: () => void, onMessage: (message: any) => void, onTrouble: (kind: "lost" | "long") => void,
 *   onClosed: (code: number) => void }} Listeners
 */
export class Socket {
  #address;
  #listeners;
  #longest;
  /** @type {WebSocket | null} */ #socket = null; // none between two tries, and none after the last
  #attempt = 0;
  #asked = 0;
  #heardAt = 0;
  /** @type {number[]} */ #troubleTimers = [];
  #pinger = 0;
  #retry = 0;
  #stopped = false;
  /** @type {Map<string, { resolve: (message: any) => void, reject: (error: Refusal) => void }>} */ #questions = new Map();

  /** @param {string} path @param {Listeners} listeners @param {{ longest?: number }} options longest: wait between tries */
  constructor(path, listeners, { longest = LONGEST_WAIT } = {}) {
    const address = new URL(path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.#address = address.href;
    this.#listeners = listeners;
    this.#longest = longest;
  }

  start() {
    this.#watchTrouble();
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#received(JSON.parse(event.data));
    socket.onclose = (event) => this.#gone(event.code);
  }

  stop() {
    this.#stopped = true;
    window.clearTimeout(this.#retry);
    this.#quieten();
    this.#socket?.close(1000);
  }

  /** @param {object} message @returns {boolean} false when nobody is there to hear it */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /**
   * Sends with an id and waits for the reply that carries it.
   * @param {object} message @param {number} within milliseconds; after them nobody answered
   * @returns {Promise<any>}
   */
  ask(message, within = ANSWER_WITHIN) {
    const id = String(++this.#asked);
    if (!this.send({ ...message, id })) return Promise.reject(unreachable());
    return new Promise((resolve, reject) => {
      this.#questions.set(id, { resolve, reject });
      window.setTimeout(() => this.#questions.delete(id) && reject(unreachable()), within);
    });
  }

  /** For a changed network, or silence: a line that does not answer soon is given up, and built anew at once. */
  check() {
    const [socket, asked] = [this.#socket, Date.now()];
    if (!socket) return;
    this.send({ type: "ping" });
    window.setTimeout(() => {
      if (socket === this.#socket && this.#heardAt < asked) this.#gone(1006);
    }, CHECK_WITHIN);
  }

  #opened() {
    this.#heardAt = Date.now();
    this.#quieten();
    this.#pinger = window.setInterval(() => this.#ping(), PING_EVERY);
    this.#listeners.onOpen();
  }

  #ping() {
    // A dead network can leave a socket "open" for minutes; silence tells sooner. It may be ours too: a browser slows
    // the timers of a hidden page to one a minute, so nobody is given up who was not asked.
    if (Date.now() - this.#heardAt > SILENCE_LIMIT) this.check();
    else this.send({ type: "ping" });
  }

  /** @param {any} message */
  #received(message) {
    this.#heardAt = Date.now();
    this.#attempt = 0; // not before: a server in trouble lets a page in only to send it away
    const question = this.#questions.get(message.id);
    if (question) {
      this.#questions.delete(message.id);
      if (message.ok === false) question.reject(new Refusal(message.error));
      else question.resolve(message);
    } else if (message.type === "ping") this.send({ type: "pong" }); // without a timer, which may be slowed
    else if (message.type !== "pong") this.#listeners.onMessage(message);
  }

  /** @param {number} code */
  #gone(code) {
    window.clearInterval(this.#pinger);
    if (this.#socket) this.#socket.onopen = this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket?.close();
    this.#socket = null;
    for (const question of this.#questions.values()) question.reject(unreachable());
    this.#questions.clear();
    if (this.#stopped) return;
    if (FINAL_CODES.includes(code)) this.#listeners.onClosed(code);
    else this.#again();
  }

  #again() {
    this.#watchTrouble();
    this.#retry = window.setTimeout(() => this.start(), backoff(this.#attempt++, { longest: this.#longest }));
  }

  #watchTrouble() {
    if (this.#troubleTimers.length > 0) return;
    const { onTrouble } = this.#listeners;
    this.#troubleTimers = [
      window.setTimeout(() => onTrouble("lost"), NOTICE_AFTER),
      window.setTimeout(() => onTrouble("long"), LONG_AFTER),
    ];
  }

  #quieten() {
    for (const timer of this.#troubleTimers) window.clearTimeout(timer);
    this.#troubleTimers = [];
    window.clearInterval(this.#pinger);
  }
}

/** Whether the same question may well be answered in a moment. @param {unknown} error @returns {boolean} */
export function isPassing(error) {
  return error instanceof Refusal && ["unreachable", "UNAVAILABLE", "MEDIA_UNAVAILABLE"].includes(error.code);
}

function unreachable() {
  return new Refusal({
    code: "unreachable",
    message: gettext("The server cannot be reached just now. Try again when the connection is back."),
  });
}
