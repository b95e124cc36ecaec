// @ts-check
// Everything that says "a call is here" to a person who looks elsewhere: sound, title, icon, notification.
import { chosen } from "../lib/devices.js";
import { gettext, interpolate } from "../lib/i18n.js";
import { ring } from "../lib/tones.js";

/** @typedef {import("./types.js").Contact} Contact */

const CHIME = 1000;
const favicon = document.querySelector("link[data-favicon]");
const icons = { still: favicon?.getAttribute("href") ?? "", ringing: favicon?.getAttribute("data-ringing") ?? "" };

export class Ringer {
  #offer = "";
  #title = document.title;
  #stopSound = () => {};
  #titleTimer = 0;
  /** @type {Notification | null} */ #notification = null;
  #tell;

  /** @param {(isBlocked: boolean) => void} tell whether the browser wants a press before it rings */
  constructor(tell) {
    this.#tell = tell;
  }

  /** Rings for exactly this contact; null stops. @param {Contact | null} contact */
  sync(contact) {
    const offer = contact?.offer ?? "";
    if (offer === this.#offer) return;
    this.#offer = offer;
    this.#stop();
    if (contact) this.#start(contact);
  }

  /** Once, for a call that is accepted by itself: a voice out of nothing would startle. */
  chime() {
    window.setTimeout(ring(chosen("ringer")), CHIME);
  }

  /** @param {Contact} contact */
  #start(contact) {
    this.#stopSound = ring(chosen("ringer"), this.#tell);
    favicon?.setAttribute("href", icons.ringing);
    const call = interpolate(gettext("Incoming call · %(queue)s"), { queue: contact.queue });
    document.title = call;
    this.#titleTimer = window.setInterval(() => {
      document.title = document.title === call ? this.#title : call;
    }, 1000);
    this.#notify(call, contact);
  }

  #stop() {
    this.#stopSound();
    this.#stopSound = () => {};
    window.clearInterval(this.#titleTimer);
    document.title = this.#title;
    favicon?.setAttribute("href", icons.still);
    this.#notification?.close();
    this.#notification = null;
  }

  /** @param {string} title @param {Contact} contact */
  #notify(title, contact) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    try {
      // The tag keeps a second window from showing the same call twice.
      this.#notification = new Notification(title, { body: contact.numberDisplay, tag: contact.id, requireInteraction: true });
      this.#notification.onclick = () => window.focus();
    } catch {
      // Some phones allow notifications to service workers only; the ring is still there.
    }
  }
}
