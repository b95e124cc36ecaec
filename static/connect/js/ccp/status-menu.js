// @ts-check
// The menu of agent statuses: a menu button with radio items; arrows walk, letters jump, Escape closes.
import { fromTemplate, part, setAttribute, setIcon, setText, show } from "../lib/dom.js";
import { statusOf } from "./screens.js";

/** @typedef {import("./types.js").Panel} Panel */
/** @typedef {import("./types.js").Status} Status */

const LOOKS = {
  routable: ["available", "check"],
  not_routable: ["away", "clock"],
  offline: ["offline", "moon"],
};

export class StatusMenu {
  #button;
  #menu;
  #choose;
  #key = "";

  /** @param {HTMLElement} root @param {(status: Status) => void} choose */
  constructor(root, choose) {
    this.#button = part(root, "status-button");
    this.#menu = part(root, "status-menu");
    this.#choose = choose;
    this.#button.addEventListener("click", () => this.#toggle(this.#menu.hidden));
    this.#menu.addEventListener("keydown", (event) => this.#walk(event));
    part(root, "status").addEventListener("focusout", (event) => this.#left(event));
  }

  /** @param {Panel} panel */
  draw(panel) {
    const { current } = statusOf(panel);
    const key = JSON.stringify([panel.statuses, current]);
    if (key === this.#key) return;
    this.#key = key;
    this.#menu.replaceChildren(...panel.statuses.map((status) => this.#item(status, status.id === current)));
  }

  /** @param {Status} status @param {boolean} checked */
  #item(status, checked) {
    const item = fromTemplate("status");
    const [colour, icon] = LOOKS[status.type];
    item.dataset.state = colour;
    setIcon(item, icon);
    setText(part(item, "name"), status.name);
    setAttribute(item, "aria-checked", String(checked));
    item.addEventListener("click", () => {
      this.#toggle(false);
      this.#button.focus();
      this.#choose(status);
    });
    return item;
  }

  /** @param {boolean} open */
  #toggle(open) {
    show(this.#menu, open);
    setAttribute(this.#button, "aria-expanded", String(open));
    if (open) (this.#menu.querySelector('[aria-checked="true"]') ?? this.#items()[0])?.focus();
  }

  /** @returns {HTMLElement[]} */
  #items() {
    return [...this.#menu.querySelectorAll("[role=menuitemradio]")];
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const items = this.#items();
    const here = items.findIndex((item) => item === document.activeElement);
    const target = this.#target(event.key, items, here);
    if (event.key === "Escape") this.#escape();
    if (!target && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    target?.focus();
  }

  #escape() {
    this.#toggle(false);
    this.#button.focus();
  }

  /** @param {string} key @param {HTMLElement[]} items @param {number} here */
  #target(key, items, here) {
    const last = items.length - 1;
    if (key === "ArrowDown") return items[here === last ? 0 : here + 1];
    if (key === "ArrowUp") return items[here <= 0 ? last : here - 1];
    if (key === "Home") return items[0];
    if (key === "End") return items[last];
    if (key.length !== 1 || key === " ") return undefined;
    const turned = [...items.slice(here + 1), ...items.slice(0, here + 1)];
    return turned.find((item) => part(item, "name").textContent?.toLowerCase().startsWith(key.toLowerCase()));
  }

  /** @param {FocusEvent} event */
  #left(event) {
    const inside = event.relatedTarget instanceof Node && (this.#menu.contains(event.relatedTarget) || this.#button.contains(event.relatedTarget));
    // No target at all means the window lost the focus, or a press on the button itself.
    if (event.relatedTarget && !inside) this.#toggle(false);
  }
}
