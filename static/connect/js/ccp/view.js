// @ts-check
// Draws the state. Every element is in the page from the start and keeps its place; only text and attributes change.
import { part, setAttribute, setIcon, setText, show } from "../lib/dom.js";
import { clock, secondsBetween, spoken } from "../lib/format.js";
import { gettext, interpolate } from "../lib/i18n.js";
import { serverNow } from "../lib/ticker.js";
import { initial } from "./reducer.js";
import { buttonsOf, screenNow, statusOf, toolsOf } from "./screens.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Panel} Panel */
/** @typedef {import("./screens.js").Control} Control */

/** Disabled controls stay focusable and say why. @param {HTMLElement} element @param {Control} control */
export function drawControl(element, { shown, enabled, busy, reason }) {
  show(element, shown);
  setAttribute(element, "aria-disabled", enabled && !busy ? null : "true");
  setAttribute(element, "aria-busy", busy ? "true" : null);
  setAttribute(element, "title", enabled ? null : reason);
}

export class View {
  #root;
  /** @type {Panel | null} */ #panel = null;
  /** @type {State} */ #state = initial;
  #spoken = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {State} state */
  draw(state) {
    const { panel } = state;
    [this.#panel, this.#state] = [panel, state];
    show(this.#part("loading"), panel === null);
    if (!panel) return;
    const kept = document.activeElement;
    const screen = screenNow(state);
    this.#drawPanes(state, panel, screen);
    this.#drawStatus(panel);
    this.#drawScreen(panel, screen);
    this.#drawContact(panel);
    this.#drawControls(state);
    this.tick();
    this.#keepFocus(kept);
  }

  /** What changes with time only. */
  tick() {
    if (!this.#panel) return;
    const screen = screenNow(this.#state);
    const now = serverNow();
    const seconds = screen.down ? (Date.parse(screen.down) - now) / 1000 : (now - Date.parse(screen.up ?? "")) / 1000;
    if (screen.idle) this.#tickIdle(seconds);
    else this.#tickCall(screen.down ? Math.ceil(seconds) : seconds);
    show(this.#part("timer"), Boolean(screen.up || screen.down));
    if (screen.endsAt) setText(this.#part("detail"), endsIn(screen.endsAt, now));
    const waited = this.#root.querySelector("[data-waited]");
    const contact = this.#panel.contact;
    if (waited && contact?.enqueuedAt) {
      setText(waited, clock(secondsBetween(contact.enqueuedAt, contact.connectedAt ?? new Date(now).toISOString())));
    }
  }

  /** @param {string} name */
  #part(name) {
    return part(this.#root, name);
  }

  /** @param {number} seconds */
  #tickIdle(seconds) {
    const text = interpolate(gettext("%(status)s for %(time)s"), { status: this.#panel?.statusName, time: clock(seconds) });
    setText(this.#part("idle-time"), text);
  }

  /** @param {number} seconds */
  #tickCall(seconds) {
    const timer = this.#part("timer");
    setText(timer, clock(seconds));
    if (spoken(seconds) !== this.#spoken) setAttribute(timer, "aria-label", (this.#spoken = spoken(seconds)));
  }

  /** @param {State} state @param {Panel} panel @param {import("./screens.js").Screen} screen */
  #drawPanes(state, panel, screen) {
    this.#root.dataset.activity = panel.activity;
    show(this.#part("status-button"), true);
    show(this.#part("contact-pane"), state.pane === "contact");
    show(this.#part("settings-pane"), state.pane === "settings");
    setAttribute(this.#part("settings-open"), "aria-expanded", String(state.pane === "settings"));
    show(this.#part("idle"), screen.idle);
    show(this.#part("call"), !screen.idle);
  }

  /** @param {Panel} panel */
  #drawStatus(panel) {
    const status = statusOf(panel);
    const button = this.#part("status-button");
    button.dataset.state = status.colour;
    setIcon(button, status.icon);
    setText(this.#part("status-name"), status.name);
    show(this.#part("next-status"), status.next !== "");
    setText(this.#part("next-status"), status.next);
  }

  /** @param {Panel} panel @param {import("./screens.js").Screen} screen */
  #drawScreen(panel, screen) {
    if (screen.idle) {
      setIcon(this.#part("idle"), screen.icon);
      setText(this.#part("idle-heading"), screen.heading);
      setText(this.#part("idle-note"), screen.note);
      return;
    }
    const bar = this.#part("state-bar");
    bar.dataset.state = screen.colour;
    bar.toggleAttribute("data-ringing", panel.activity === "incoming");
    setText(this.#part("heading"), screen.heading);
    if (!screen.endsAt) setText(this.#part("detail"), screen.detail);
    setText(this.#part("note"), screen.note);
  }

  /** @param {Panel} panel */
  #drawContact({ contact }) {
    show(this.#part("who"), contact !== null);
    setText(this.#part("caller"), contact?.numberDisplay ?? "");
    setText(this.#part("queue"), contact?.queue ?? "");
    const facts = [...(contact?.attributes ?? [])];
    const key = JSON.stringify([contact?.id, facts, Boolean(contact?.enqueuedAt)]);
    const list = this.#part("facts");
    if (list.dataset.key === key) return;
    list.dataset.key = key;
    list.replaceChildren(...facts.flatMap(([name, value]) => pair(name, value)));
    if (contact?.enqueuedAt) list.append(...waitedPair());
  }

  /** @param {State} state */
  #drawControls(state) {
    for (const [name, control] of Object.entries(buttonsOf(state))) {
      const button = this.#root.querySelector(`[data-command="${name}"]`);
      if (button instanceof HTMLElement) drawControl(button, control);
    }
    // Clearing is the next step after a call; after a missed one, becoming available is.
    const clear = this.#root.querySelector('[data-command="contact.clear"]');
    clear?.classList.toggle("button-primary", state.panel?.activity !== "missed");
    const tools = toolsOf(state);
    show(this.#part("tools"), tools.shown);
    this.#drawTool("tool-hold", tools.hold, tools.hold.on ? "resume" : "hold");
    this.#drawTool("tool-mute", tools.mute, tools.mute.on ? "mic-off" : "mic");
    this.#drawTool("tool-keypad", tools.keypad, "keypad");
    setAttribute(this.#part("tool-keypad"), "aria-expanded", String(state.keypad));
    show(this.#part("keypad"), state.keypad);
    show(this.#part("facts"), !state.keypad);
    setText(this.#part("digits"), state.digits);
  }

  /** @param {string} name @param {Control & { on: boolean, label: string }} tool @param {string} icon */
  #drawTool(name, tool, icon) {
    const button = this.#part(name);
    drawControl(button, tool);
    button.toggleAttribute("data-on", tool.on);
    setIcon(button, icon);
    setText(part(button, "label"), tool.label);
  }

  /** Focus stays while its control survives, else goes to the heading. @param {Element | null} kept */
  #keepFocus(kept) {
    if (!(kept instanceof HTMLElement) || !this.#root.contains(kept) || kept.offsetParent !== null) return;
    const idle = !this.#part("idle").hidden;
    this.#part(idle ? "idle-heading" : "heading").focus({ preventScroll: true });
  }
}

/** @param {string} name @param {string} value @returns {HTMLElement[]} */
function pair(name, value) {
  const term = document.createElement("dt");
  const description = document.createElement("dd");
  term.textContent = name;
  description.textContent = value;
  return [term, description];
}

function waitedPair() {
  const [term, description] = pair(gettext("Waited"), "");
  description.dataset.waited = "";
  description.classList.add("numeric");
  return [term, description];
}

/** @param {string} instant @param {number} now @returns {string} */
function endsIn(instant, now) {
  const left = Math.max(0, Math.ceil((Date.parse(instant) - now) / 1000));
  return interpolate(gettext("Ends automatically in %(time)s"), { time: clock(left) });
}
